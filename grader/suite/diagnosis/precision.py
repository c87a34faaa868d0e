"""Right, but as precisely only as another dtype is."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch

from grader.suite.diagnosis.claims import Finding
from grader.suite.diagnosis.pair import Pair

# dtype -> how far its values may be from the right ones: a few roundings, relative to the largest value.
_COARSE = {torch.bfloat16: 3e-2, torch.float16: 5e-3, torch.float32: 1e-5}
# A number with fewer bits than these is exact in any dtype, and tells nothing.
SIMPLE_BITS = 6
FEWEST_CELLS = 3
DIGITS_OF_FLOAT32 = (5, 8)


def coarse(pair: Pair) -> Iterator[Finding]:
    """Yield the dtype that the student's values have gone through, or how many digits are right."""
    own, right = pair.dtypes
    if not (own.is_floating_point and right.is_floating_point) or pair.count < FEWEST_CELLS:
        return
    if not _is_near(*pair.seen, max(_COARSE.values())) or not _is_near(
        pair.actual, pair.expected, max(_COARSE.values())
    ):
        return
    for dtype, most in _COARSE.items():
        narrower = torch.finfo(dtype).eps > torch.finfo(own).eps
        if narrower and _is_near(pair.actual, pair.expected, most) and _went_through(pair, dtype):
            plain = str(dtype).removeprefix("torch.")
            yield Finding(f"the values have gone through {plain} on the way: they are right only as precisely as it is")
            return
    if own == right == torch.float64 and _varies(pair.expected):
        share = float((pair.actual - pair.expected).abs().max() / pair.expected.abs().max())
        digits = math.floor(-math.log10(share)) if share else 0
        if DIGITS_OF_FLOAT32[0] <= digits <= DIGITS_OF_FLOAT32[1]:
            words = f"it is right to about {digits} digits only"
            yield Finding(words, "On the way, is something computed in float32?")


def _is_near(one: torch.Tensor, other: torch.Tensor, most: float) -> bool:
    """Say whether no value is further away than a share of the largest; NaN and Inf are not near."""
    return bool((one - other).abs().max() <= most * other.abs().max())


def _went_through(pair: Pair, dtype: torch.dtype) -> bool:
    """Say whether all of the student's values are values of a coarser dtype, which the right ones are not."""
    mantissa, _ = torch.frexp(pair.actual)
    scaled = mantissa * 2**SIMPLE_BITS
    telling = int((scaled != scaled.round()).sum())
    if telling < FEWEST_CELLS or not bool((pair.actual.to(dtype).double() == pair.actual).all()):
        return False
    return not bool((pair.expected.to(dtype).double() == pair.expected).all())


def _varies(values: torch.Tensor) -> bool:
    """Say whether the right values are not almost all alike: then digits that agree prove nothing."""
    return bool((values.max() - values.min()) > 1e-2 * values.abs().max())
