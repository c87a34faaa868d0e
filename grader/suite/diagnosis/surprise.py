"""How many bits of chance a match of values would need: the measure by which a relation is named or not.

A value known to one part in ten thousand matches an unrelated one by chance about once in 2^13 pairs; a zero, a one or a value
that the tensor holds again and again matches easily. So the cells of a match are written down one after the other: a new value costs the
digits that agree, a value seen before no more than its rarity. What a tensor costs to write down is how surprising a match with it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

MOST_CELLS = 256
# Denominators of numbers that are met everywhere: 0.5, 0.25, 0.1, ...
_DENOMINATORS = (1, 2, 4, 10)


def places(count: int, total: int) -> torch.Tensor:
    """Return at most `count` of the flat places 0..total-1, spread evenly but in step with no dimension."""
    if total <= count:
        return torch.arange(total)
    golden = 0.6180339887498949
    spread = torch.arange(count, dtype=torch.float64).mul(golden).remainder(1.0).mul(total).long().sort().values
    return spread[torch.diff(spread, prepend=spread.new_tensor([-1])) > 0]


def indices(flat: torch.Tensor, shape: Sequence[int]) -> tuple[torch.Tensor, ...]:
    """Return flat places as one tensor of indices a dimension (`torch.unravel_index` imports sympy for it)."""
    found: list[torch.Tensor] = []
    for size in reversed(shape):
        found.append(flat % size)
        flat = flat // size
    return tuple(reversed(found))


def information(cells: torch.Tensor, limits: torch.Tensor) -> float:
    """Return the bits that it takes to write down `cells`, each up to its limit.

    Args:
        cells: the values, 1-D float64; a sample of `MOST_CELLS` where there are more.
        limits: how far apart two values are still the same, of the shape of `cells`.
    """
    known = torch.isfinite(cells)
    chosen = places(MOST_CELLS, int(known.sum()))
    cells, limits = cells[known][chosen], limits[known][chosen].clamp_min(1e-300)
    if not len(cells):
        return 0.0
    digits = _digits(cells, limits)
    spread = torch.log2(1 + (cells.max() - cells.min()) / (2 * limits))
    digits[1:] = torch.minimum(digits[1:], spread[1:])
    seen = ((cells[:, None] - cells[None, :]).abs() <= limits[:, None]).tril(-1).sum(1).double()
    rarity = torch.log2(torch.arange(len(cells)).double().clamp_min(1) / seen)
    return float(torch.where(seen > 0, torch.minimum(digits, rarity), digits).sum())


def _digits(cells: torch.Tensor, limits: torch.Tensor) -> torch.Tensor:
    """Return the bits of each value by itself: its digits up to the limit, fewer where it is a simple number."""
    bits = torch.log2(1 + cells.abs() / limits)
    for denominator in _DENOMINATORS:
        multiple = cells * denominator
        simple = (multiple - multiple.round()).abs() <= denominator * limits
        cost = 1 + torch.log2(1 + multiple.abs()) + math.log2(denominator)
        bits = torch.where(simple, torch.minimum(bits, cost), bits)
    return bits.clamp_min(1.0)


def choices(count: int, total: int) -> float:
    """Return the bits that say which `count` of `total` cells are meant."""
    return (math.lgamma(total + 1) - math.lgamma(count + 1) - math.lgamma(total - count + 1)) / math.log(2)
