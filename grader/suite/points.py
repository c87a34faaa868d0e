"""Partial credit and bands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from grader.records import Measure
from grader.suite.current import current
from grader.suite.words import CheckFailed


def award(points: float) -> None:
    """Set the points that this check has earned so far, at most its mark.

    Raises:
        ValueError: `points` is negative or not finite.
    """
    check = current()
    amount = Decimal(str(points))
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"award({points!r}): points are finite and not negative")
    check.awarded = min(amount, check.max_points)


def award_band(
    value: float,
    bands: Mapping[float, float],
    *,
    name: str = "the result",
    again: Callable[[], float] | None = None,
    margin: float = 0.01,
) -> float:
    """Award the points of the highest band that `value` reaches, and return the value that counted.

    Args:
        value: measured quantity, larger is better.
        bands: floor -> points.
        name: what was measured, for the message.
        again: measures once more with another seed; asked where `value` misses a floor by less than `margin`. The better counts.
        margin: how near to a floor luck decides.

    Raises:
        CheckFailed: the lowest floor is not reached.
        ValueError: no bands.
    """
    if not bands:
        raise ValueError("award_band needs at least one band")
    if again is not None and any(0 < floor - value < margin for floor in bands):
        value = max(value, again())
    current().measure = Measure(
        name=name, value=float(value), bands=tuple((float(floor), Decimal(str(bands[floor]))) for floor in sorted(bands))
    )
    reached = [floor for floor in bands if value >= floor]
    if not reached:
        raise CheckFailed(f"{name} is {value:.1%}; the lowest band begins at {min(bands):.0%}")
    award(bands[max(reached)])
    return value
