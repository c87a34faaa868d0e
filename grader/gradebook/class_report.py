"""All that an instructor reads of a class on one page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from grader.gradebook.records import Grade
from grader.intake.records import Ignored, Student
from grader.records import Record
from grader.tally import CheckCount, Mistake


class Change(Record, frozen=True, kw_only=True):
    """A grade that is another than the one that was published; `old` is None where none was."""

    student: Student
    exercise: str
    old: Decimal | None
    new: Decimal
    reason: str = ""


class ClassReport(Record, frozen=True, kw_only=True):
    """The class report. It is for instructors: it names every student and every check, hidden ones too.

    Attributes:
        made: when the report was made.
        grades: one a student and exercise, those without a hand-in too (outcome `missing`); exercises in the course's order.
        seconds: (key of the student, exercise) -> how long that submission took to grade.
        facts: how it was graded, as (what, value).
        changes: grades that were published and are another now, oldest first.
        warnings: what a person should look at.
        ignored: files of the export that count for nobody.
        files: what lies beside the report, as (path relative to it, what it is).
    """

    title: str
    grades: tuple[Grade, ...]
    made: datetime | None = None
    mistakes: tuple[Mistake, ...] = ()
    checks: tuple[CheckCount, ...] = ()
    seconds: Mapping[tuple[str, str], float] = {}
    facts: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = ()
    warnings: tuple[str, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
