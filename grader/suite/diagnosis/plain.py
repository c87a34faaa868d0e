"""What is said where no relation fits: how many values differ, where, by how much; never what is expected."""

from __future__ import annotations

import math

import torch

FEW_PLACES = 3


def plain_difference(actual: torch.Tensor, expected: torch.Tensor, mask: torch.Tensor) -> str:
    """Say how many values differ, where, and what the student has there, without the expected values.

    Args:
        actual: the student's value.
        expected: the right one, of the same shape; only how far it is away is told, and roughly.
        mask: where they agree.
    """
    wrong = ~mask
    count, total = int(wrong.sum()), wrong.numel()
    if total == 1:
        return "the value is wrong"
    first = wrong.nonzero()[:FEW_PLACES].tolist()
    amount = "all" if count == total else f"{count} of {total}"
    said = f"{amount} values differ, the first at index {first[0]}"
    where = _where(wrong)
    shown = ", ".join(f"{_shown(actual[tuple(index)])} at {index}" for index in first)
    return f"{said}{where} (yours: {shown}){_distance(actual, expected, count)}"


def _where(wrong: torch.Tensor) -> str:
    """Say in which few slices all wrong values lie, where they do."""
    if wrong.dim() < 1 or int(wrong.sum()) < 2:
        return ""
    for dim, size in enumerate(wrong.shape):
        others = [other for other in range(wrong.dim()) if other != dim]
        held = wrong.any(dim=others) if others else wrong
        slices = held.nonzero()[:, 0].tolist()
        full = int(wrong.sum()) * 2 >= len(slices) * (wrong.numel() // size)
        if others and full and len(slices) <= min(FEW_PLACES, (size - 1) // 2 if size > 2 else 1) and size > 1:
            return f": all of them in {_named_slices(dim, size, slices)}"
    return ""


def _named_slices(dim: int, size: int, slices: list[int]) -> str:
    if len(slices) == 1:
        end = {0: "first", size - 1: "last"}.get(slices[0])
        return f"the {end} slice along dimension {dim}" if end else f"slice {slices[0]} along dimension {dim}"
    return f"slices {', '.join(map(str, slices[:-1]))} and {slices[-1]} along dimension {dim}"


def _shown(value: torch.Tensor) -> str:
    number = value.item()
    if isinstance(number, (bool, int)):
        return str(number)
    return f"{number:.4g}"


def _distance(actual: torch.Tensor, expected: torch.Tensor, count: int) -> str:
    """Say roughly how far off the values are, where there are too many of them to work out the right ones from it."""
    if count <= FEW_PLACES or not (expected.is_floating_point() or expected.is_complex()):
        return ""
    wide = torch.complex128 if actual.is_complex() or expected.is_complex() else torch.float64
    one, other = actual.detach().cpu().to(wide), expected.detach().cpu().to(wide)
    distances, sizes = (one - other).abs(), other.abs()
    largest, size = (
        float(values[torch.isfinite(values)].max()) if bool(torch.isfinite(values).any()) else 0.0
        for values in (distances, sizes)
    )
    if not size or not math.isfinite(largest / size):
        return ""
    share = largest / size
    if share >= 1:
        return ", off by as much as the largest value expected, or more"
    return f", off by up to about {_percent(share)} of the largest value expected"


def _percent(share: float) -> str:
    """Return a share in (0, 1) with one digit: 20 %, 0.3 %."""
    return f"{float(f'{100 * share:.1g}'):g} %"
