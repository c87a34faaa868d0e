"""What can be said of the student's tensor by itself: NaN, infinite, zeros, one number everywhere. Facts, no guesses."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from grader.suite.diagnosis.claims import USUAL, Finding
from grader.suite.diagnosis.pair import NEEDED_BITS, Pair


def special_values(actual: torch.Tensor, expected: torch.Tensor) -> Iterator[Finding]:
    """Yield where NaN and infinite values stand that are not expected there."""
    if not (actual.is_floating_point() or actual.is_complex()):
        return
    wide = torch.complex128 if actual.is_complex() or expected.is_complex() else torch.float64
    own, other = (tensor.detach().cpu().to(wide) for tensor in (actual, expected))  # torch tests no float8
    if bool(torch.isfinite(own).all()):
        return
    for name, test in (("NaN", torch.isnan), ("infinite", torch.isinf)):
        wrong = test(own) & ~test(other)
        count = int(wrong.sum())
        if count and wrong.numel() == 1:
            yield Finding(f"it is {name}")
        elif count == wrong.numel():
            yield Finding(f"it holds nothing but {name} values")
        elif count:
            yield Finding(f"it holds {count} {name} value(s), the first at index {wrong.nonzero()[0].tolist()}")


def constant(pair: Pair) -> Iterator[Finding]:
    """Yield that all values are 0, or the same."""
    own, _ = pair.seen
    if bool((own != own[0]).any()):
        return
    if not bool(pair.actual.any()):
        yield Finding("it is zero" if pair.count == 1 else "it is all zeros")
        return
    # Where hardly anything varies, one number everywhere is no mistake to speak of.
    varies = pair.bits_of(pair.expected) >= NEEDED_BITS + pair.bits_of(pair.expected.reshape(-1)[:1])
    if varies and bool((pair.actual == own[0]).all()):
        yield Finding("it is the same number everywhere")


def same_slices(pair: Pair) -> Iterator[Finding]:
    """Yield along which dimension all slices are the same, where the right ones are not."""
    for dim, size in enumerate(pair.shape):
        if size < 2 or pair.count == size:
            continue
        rows, _ = pair.fibres(dim)
        if bool((rows != rows[:, :1]).any()):
            continue
        one, other = (tensor.movedim(dim, 0) for tensor in (pair.actual, pair.expected))
        varies = min(pair.bits_of(other[1:] - other[:1]), pair.bits_of(other[1:])) >= NEEDED_BITS + USUAL
        if varies and bool((one == one[:1]).all()):
            yield Finding(f"all slices along dimension {dim} are the same, which the right ones are not")
