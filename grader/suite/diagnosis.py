"""What relates a wrong tensor to the right one: the words for the mistake that it looks like."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator

import torch

from grader.suite.closeness import close_mask, is_close

MOST_PERMUTED_DIMS = 4
FEW_CELLS = 3
# Relative precision up to which a relation has to hold; 1e-4 in dtypes that are not named.
_ROUNDING = {torch.bfloat16: 1e-2, torch.float16: 1e-3}
# How unlikely, in bits, a match of places has to be among unrelated values: zeros and ones match in any order.
TELLING_BITS = 10.0


def relations(actual: torch.Tensor, expected: torch.Tensor) -> list[str]:
    """Return the explanations that fit, each a phrase such as "it is transposed"; empty where none does.

    Args:
        actual: the student's value, any shape and dtype.
        expected: the right value.
    """
    if actual.shape != expected.shape:
        return list(_of_shape(actual, expected))
    special = list(_of_special_values(actual, expected))
    if special or expected.numel() == 0:
        return special
    is_complex = actual.is_complex() or expected.is_complex()
    wide = torch.complex128 if is_complex else torch.float64
    one, other = actual.detach().cpu().to(wide), expected.detach().cpu().to(wide)
    tolerance = max(_ROUNDING.get(tensor.dtype, 1e-4) for tensor in (actual, expected))
    found = _of_complex_values(one, other, tolerance) if is_complex else _of_values(one, other, tolerance)
    return list(found)[:2]


def _of_shape(actual: torch.Tensor, expected: torch.Tensor) -> Iterator[str]:
    if actual.numel() == expected.numel() and actual.numel() > 1:
        if any(is_close(actual, expected.permute(order)) for order in _orders(expected)):
            yield "it is transposed: the right values with the dimensions in another order"
        elif is_close(actual.reshape(-1), expected.reshape(-1)):
            yield "the values are right, but in another shape"
        elif tuple(actual.shape) == tuple(reversed(expected.shape)):
            yield "the dimensions are in the opposite order"
    elif actual.numel() == 1 and expected.numel() == 1 and is_close(actual.reshape(()), expected.reshape(())):
        yield "the value is right, but in another shape"
    elif actual.dim() == 0 and expected.numel() > 1:
        yield "it is a single number: was it summed or averaged over everything?"
    elif expected.dim() == 0 and actual.numel() > 1:
        yield "one number is expected: the reduction (mean or sum) is missing"
    elif _is_broadcast_accident(actual, expected):
        yield (
            "perhaps two shapes were broadcast against each other, such as (m,) against (m, 1), so that every pair was combined"
        )


def _orders(tensor: torch.Tensor) -> Iterator[tuple[int, ...]]:
    if 2 <= tensor.dim() <= MOST_PERMUTED_DIMS:
        yield from itertools.islice(itertools.permutations(range(tensor.dim())), 1, None)


def _is_broadcast_accident(actual: torch.Tensor, expected: torch.Tensor) -> bool:
    sizes = [size for size in expected.shape if size > 1]
    return len(sizes) == 1 and tuple(actual.shape[-2:]) == (sizes[0], sizes[0])


def _of_special_values(actual: torch.Tensor, expected: torch.Tensor) -> Iterator[str]:
    if not (actual.is_floating_point() or actual.is_complex()):
        return
    for name, test in (("NaN", torch.isnan), ("infinite", torch.isinf)):
        wrong = test(actual.detach().cpu()) & ~test(expected.detach().cpu())
        if bool(wrong.any()) and wrong.numel() == 1:
            yield f"it is {name}"
        elif bool(wrong.any()):
            place = wrong.nonzero()[0].tolist()
            yield f"it holds {int(wrong.sum())} {name} value(s), the first at index {place}"


_Test = tuple[str, Callable[[torch.Tensor], torch.Tensor]]
_FUNCTIONS: tuple[_Test, ...] = (
    ("it is negated: the sign is wrong", torch.neg),
    ("a sigmoid has been applied to it", torch.sigmoid),
    ("an exponential has been applied to it", torch.exp),
    ("a logarithm has been applied to it", torch.log),
    ("a ReLU has been applied to it: negative values are cut to 0", torch.relu),
    ("it is squared", torch.square),
    ("it is the absolute value", torch.abs),
    ("it is rounded to whole numbers", torch.round),
    ("its fractions are cut off, as an integer dtype does", torch.trunc),
)


def _of_values(actual: torch.Tensor, expected: torch.Tensor, tolerance: float) -> Iterator[str]:
    """Yield what fits, likeliest first. Both float64 on the CPU, of one shape, finite or NaN alike."""

    fits = _matcher(actual, expected, tolerance)
    if not bool(actual.any()):
        yield "it is zero" if actual.numel() == 1 else "it is all zeros"
        return
    for words, function in _FUNCTIONS:
        candidate = function(expected)
        if fits(candidate) and (function is torch.neg or _is_telling(candidate, expected)):
            yield words
    yield from _scaled(actual, expected, fits, tolerance)
    yield from _softmaxed(expected, fits)
    if actual.numel() < FEW_CELLS:
        return
    difference = actual - expected
    if fits(expected + difference.mean()):
        yield "every value is off by the same amount"
    if not _has_telling_places(expected):
        return
    if any(
        fits(expected.permute(order)) for order in _orders(expected) if expected.permute(order).shape == expected.shape
    ):
        yield "it is transposed"
    yield from _reordered(actual, expected, fits)


def _of_complex_values(actual: torch.Tensor, expected: torch.Tensor, tolerance: float) -> Iterator[str]:
    fits = _matcher(actual, expected, tolerance)
    if not bool(actual.any()):
        yield "it is zero" if actual.numel() == 1 else "it is all zeros"
    elif fits(-expected):
        yield "it is negated: the sign is wrong"
    elif fits(expected.conj()):
        yield "it is the complex conjugate: the imaginary part has the wrong sign"
    elif fits(expected.real.to(expected.dtype)):
        yield "the imaginary part is missing"


def _matcher(actual: torch.Tensor, expected: torch.Tensor, tolerance: float) -> Callable[[torch.Tensor], bool]:
    """Return the test whether a candidate is what the student has, and differs from what is right."""

    def fits(candidate: torch.Tensor) -> bool:
        finite = candidate[torch.isfinite(candidate)].abs()
        # Among tiny values a fixed absolute tolerance would find everything alike.
        absolute = tolerance * (min(1.0, float(finite.max())) if finite.numel() else 1.0)
        return is_close(actual, candidate, tolerance, absolute) and not is_close(
            candidate, expected, tolerance, absolute
        )

    return fits


def _is_telling(candidate: torch.Tensor, expected: torch.Tensor) -> bool:
    """Say whether a match with a function of the right values can hardly be chance: exp(0) = 1 and sigmoid(0) = 0.5 are in many results."""
    if candidate.numel() == 1:
        return bool(expected.abs().max() > 1e-3)
    return not bool((candidate == candidate.reshape(-1)[0]).all())


def _has_telling_places(expected: torch.Tensor) -> bool:
    """Say whether the places of the values can hardly match by chance: many distinct values, or very many places."""
    counts = torch.unique(expected, return_counts=True)[1]
    if _is_varied(counts):
        return True
    arrangements = math.lgamma(expected.numel() + 1) - float(torch.lgamma(counts.double() + 1).sum())
    return arrangements / math.log(2) >= TELLING_BITS


def _is_varied(counts: torch.Tensor) -> bool:
    return len(counts) >= FEW_CELLS and 2 * len(counts) > int(counts.sum())


def _scaled(
    actual: torch.Tensor, expected: torch.Tensor, fits: Callable[[torch.Tensor], bool], tolerance: float
) -> Iterator[str]:
    square = float((expected * expected).sum())
    if not math.isfinite(square) or square == 0:
        return
    factor = float((actual * expected).sum()) / square
    if abs(factor) < 1e-9 or not fits(expected * factor):
        return
    # One or two numbers are soon a whole number apart.
    precision = max(1e-3 if actual.numel() >= FEW_CELLS else 1e-4, tolerance / 2)
    for ratio, word in ((abs(factor), "large"), (1 / abs(factor), "small")):
        whole = round(ratio)
        if whole >= 2 and abs(ratio - whole) < precision * ratio and not (actual.numel() < FEW_CELLS and whole > 1000):
            sign = " and has the wrong sign" if factor < 0 else ""
            yield f"it is {whole} times too {word}{sign}"
            return
    if actual.numel() >= FEW_CELLS and factor > 0:
        yield "it is the right value times a constant"


def _softmaxed(expected: torch.Tensor, fits: Callable[[torch.Tensor], bool]) -> Iterator[str]:
    for dim in range(expected.dim()):
        if expected.shape[dim] > 1:
            if fits(torch.softmax(expected, dim)) and _is_telling(torch.softmax(expected, dim), expected):
                yield "a softmax has been applied to it"
            if fits(torch.log_softmax(expected, dim)) and _is_telling(torch.log_softmax(expected, dim), expected):
                yield "a log-softmax has been applied to it"


def _reordered(actual: torch.Tensor, expected: torch.Tensor, fits: Callable[[torch.Tensor], bool]) -> Iterator[str]:
    for dim in range(expected.dim()):
        if expected.shape[dim] > 1 and fits(expected.flip(dim)):
            yield f"the order along dimension {dim} is reversed"
            return
        if expected.shape[dim] > 2 and any(fits(expected.roll(step, dim)) for step in (1, -1)):
            yield f"the values along dimension {dim} are shifted by one place"
            return
    # Few distinct values, such as labels, are soon the same ones in other places.
    distinct = torch.unique(expected, return_counts=True)[1]
    order = actual.reshape(-1).argsort()
    placed = torch.empty_like(expected.reshape(-1))
    placed[order] = expected.reshape(-1).sort()[0]
    if _is_varied(distinct) and fits(placed.reshape(expected.shape)):
        yield "the values are right, but in other places"


def plain_difference(actual: torch.Tensor, expected: torch.Tensor, mask: torch.Tensor) -> str:
    """Say how many cells differ and where the first is, without the expected values."""
    wrong = ~mask
    count, total = int(wrong.sum()), wrong.numel()
    if total == 1:
        return "the value is wrong"
    place = wrong.nonzero()[0].tolist()
    amount = "all" if count == total else f"{count} of {total}"
    return f"{amount} values differ, the first at index {place}"


__all__ = ["close_mask", "plain_difference", "relations"]
