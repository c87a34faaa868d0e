"""What a batch keeps, as plain records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from grader.intake.records import HandIn
from grader.records import Record, Result


class Standing(Record, frozen=True, kw_only=True):
    """What is known of one student's hand-in to one exercise.

    Attributes:
        fingerprint: of what its result depends on (`grader.batch.fingerprints`); empty where it could not be read.
        problem: why it could not be read or graded; empty where it could.
        is_fault: the problem is the grader's, so it is tried again the next time.
    """

    hand_in: HandIn
    fingerprint: str
    sha256: str = ""
    problem: str = ""
    is_fault: bool = False


class Kept(Record, frozen=True, kw_only=True):
    """A result as it was measured, without the student: whoever hands in the same bytes has the same one.

    Attributes:
        retried: it was graded again, alone, because a check had timed out.
    """

    fingerprint: str
    result: Result
    made: datetime
    retried: bool = False


class Weight(Record, frozen=True, kw_only=True):
    """What a check is worth instead of what its suite says; `bands` (floor -> points) for measured quantities."""

    points: Decimal
    bands: Mapping[str, Decimal] | None = None


class Published(Record, frozen=True, kw_only=True):
    """What a student was last told."""

    student: str
    exercise: str
    points: Decimal
    max_points: Decimal
    outcome: str
    when: datetime
