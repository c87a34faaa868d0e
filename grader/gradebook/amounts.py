"""Points as learning platforms write them: two decimals, with a point or a comma, on the scale of their own assignment."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from grader.render.words import round_points

_NUMBER = re.compile(r"-?\d[\d.,]*", re.ASCII)
_WITH_COMMA = re.compile(r"-?\d+,\d+", re.ASCII)


def read_amount(text: str) -> Decimal | None:
    """Return the number of a cell, whose last point or comma begins the decimals, as Canvas reads it; None where it is none."""
    stripped = re.sub(r"\s", "", text)
    if not _NUMBER.fullmatch(stripped):
        return None
    *whole, last = re.split("[.,]", stripped)
    return Decimal(f"{''.join(whole)}.{last or '0'}") if whole else Decimal(last)


def decimal_separator(cells: Iterable[str]) -> str:
    """Return a comma where any of the numbers has one, else a point."""
    return "," if any(_WITH_COMMA.fullmatch(cell.strip()) for cell in cells) else "."


def write_amount(points: Decimal, separator: str, *, maximum: Decimal | None = None) -> str:
    """Return `points` with two decimals; what is below `maximum` is never rounded up to it."""
    return f"{round_points(points, ceiling=maximum):.2f}".replace(".", separator)


def scale(points: Decimal, max_points: Decimal, maximum: Decimal | None) -> Decimal:
    """Return `points` of `max_points` as points of the platform's `maximum`; as they are where either is unknown or 0."""
    if not maximum or not max_points or maximum == max_points:
        return points
    return points * maximum / max_points


def is_same(cell: str, written: str) -> bool:
    """Say whether two cells hold one number, compared at two decimals as Canvas does."""
    before, after = read_amount(cell), read_amount(written)
    return before is not None and after is not None and round_points(before) == round_points(after)
