"""How points come about: what the checks gave, less what lateness costs, and then what a person has decided."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from grader.gradebook.records import Grade, Override

# Nothing says what a student is worth who handed in nothing, or something unreadable, or met a fault of ours: a person does.
_COUNTING = ("graded", "cannot_run")


def settle(earned: Decimal, kept: Decimal, overrides: Sequence[Override], max_points: Decimal) -> Decimal:
    """Return the points that count, exact; never below 0, and above `max_points` only where an override says so.

    Args:
        earned: what the checks gave.
        kept: the fraction that lateness leaves.
        overrides: the oldest first. An absolute one replaces what came before it, the others add.
    """
    points = min(earned * kept, max_points)
    for override in overrides:
        points = override.amount if override.absolute else points + override.amount
    return max(points, Decimal(0))


def counts(grade: Grade) -> bool:
    """Say whether there is a grade to hand back: the file was graded (at worst it could not run), or a person has decided."""
    return grade.outcome in _COUNTING or bool(grade.overrides)
