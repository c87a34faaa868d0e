"""What lateness costs. Only what is known to be late costs anything: a time that nobody knows is told, never guessed at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from grader.render.words import counted

_ALL = Decimal(1)
_NOTHING = Decimal(0)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Late:
    """Up to `hours` late (the hour itself included) a submission keeps the fraction `keep` of its points; `hours` may be infinite."""

    hours: float
    keep: Decimal


@dataclass(frozen=True)
class LatePolicy:
    """What is kept of late work.

    Attributes:
        steps: by rising hours; later than the last keeps nothing. Without steps lateness costs nothing.
        grace: moves every due date.
    """

    steps: Sequence[Late] = ()
    grace: timedelta = timedelta(0)


@dataclass(frozen=True)
class Lateness:
    """How late one hand-in was, and what that costs.

    Attributes:
        hours: 0 where it was in time; None where nobody knows.
        kept: the fraction of the points that is left.
        remark: what the instructor should know of it, as one sentence; empty where it is plain.
    """

    hours: float | None
    kept: Decimal = _ALL
    remark: str = ""


def hours_late(handed_in: datetime, due: datetime, grace: timedelta = timedelta(0)) -> float:
    """Return how many hours after the due date, moved by `grace`, it was handed in; 0 where it was in time.

    Raises:
        TypeError: one of the times has no time zone.
    """
    if handed_in.tzinfo is None or due.tzinfo is None:
        raise TypeError("lateness needs times with a time zone")
    return max(handed_in - due - grace, timedelta(0)) / _HOUR


def kept(policy: LatePolicy, hours: float | None) -> Decimal:
    """Return the fraction of the points that is left after so many hours; all, where nobody knows how many they were."""
    if not hours or not policy.steps:
        return _ALL
    return next((step.keep for step in policy.steps if hours <= step.hours), _NOTHING)


def judge_lateness(
    policy: LatePolicy, due: datetime | None, handed_in: datetime | None, marked_late: bool | None
) -> Lateness:
    """Return how late a hand-in was, and what that costs.

    Due date and time decide where both are known, whatever the platform's mark says. Where one is missing, nothing is taken.

    Args:
        marked_late: the platform's own mark; None where it has none.
    """
    if due is None or handed_in is None:
        return _judge_mark(policy, due, marked_late)
    hours = hours_late(handed_in, due, policy.grace)
    return Lateness(hours, kept(policy, hours), _disagreement(hours, marked_late))


def _judge_mark(policy: LatePolicy, due: datetime | None, marked_late: bool | None) -> Lateness:
    if marked_late is False:
        return Lateness(0.0)
    unknown = "there is no due date" if due is None else "nobody knows when it was handed in"
    if marked_late:
        return Lateness(None, remark=f"marked late by the platform, but {unknown}, so nothing was taken")
    costs = due is not None and bool(policy.steps)
    return Lateness(None, remark=f"{unknown}, so nothing was taken for lateness" if costs else "")


def _disagreement(hours: float, marked_late: bool | None) -> str:
    if hours and marked_late is False:
        return (
            f"{hours_text(hours)} late by the due date, but the platform did not mark it late: was there an extension?"
        )
    if not hours and marked_late:
        return "in time by the due date, but the platform marked it late: are the two due dates the same?"
    return ""


def hours_text(hours: float) -> str:
    """Return `5 minutes`, `1 hour`, `26.5 hours`; a minute begun counts."""
    minutes = math.ceil(round(hours * 60, 6))  # rounded first: 5 minutes are 5.000000000000001 sixtieths of an hour
    if minutes < 60:
        return counted(minutes, "minute")
    if minutes == 60:
        return "1 hour"
    return f"{minutes / 60:,.1f}".removesuffix(".0") + " hours"
