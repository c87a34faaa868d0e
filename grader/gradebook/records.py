"""The grades of a class, as the files that are made of them need them. Points are exact; each writer rounds once, at its edge."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from grader.intake.records import Student
from grader.records import Disclosure, Record, Verdict


class CheckGrade(Record, frozen=True, kw_only=True):
    """What one check gave; `name` is pytest's node id."""

    name: str
    title: str
    disclosure: Disclosure
    verdict: Verdict
    points: Decimal
    max_points: Decimal


class Override(Record, frozen=True, kw_only=True):
    """What a person has decided about a grade: so many points more (or less), or exactly so many."""

    amount: Decimal
    absolute: bool
    reason: str
    when: datetime


class Grade(Record, frozen=True, kw_only=True):
    """What one student gets for one exercise.

    Attributes:
        points: what counts: what the checks gave, less what lateness costs, and what a person has decided.
        earned: what the checks gave.
        kept: the fraction that the late policy leaves; 1 where nothing is taken.
        hours_late: 0 where it was in time; None where nobody knows.
        handed_in: when, with a time zone, where that is known.
        late: the platform's own mark, where it has one.
        outcome: `graded`, `cannot_run`, `grader_error`, `unreadable` (no usable file in what was handed in) or `missing` (nothing was).
        remark: one sentence for the outcome, where it needs one.
        report: the student's report, relative to the batch's folder; empty where there is none.
    """

    student: Student
    exercise: str
    title: str
    points: Decimal
    max_points: Decimal
    earned: Decimal
    outcome: str
    kept: Decimal = Decimal(1)
    hours_late: float | None = None
    handed_in: datetime | None = None
    late: bool | None = None
    overrides: tuple[Override, ...] = ()
    checks: tuple[CheckGrade, ...] = ()
    remark: str = ""
    report: str = ""
