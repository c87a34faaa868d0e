"""A value of another shape than the right one: the right values arranged otherwise, reduced, not reduced, broadcast, cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import torch

from grader.suite.closeness import is_close
from grader.suite.diagnosis.claims import Finding
from grader.suite.diagnosis.pair import NEEDED_BITS, Pair
from grader.suite.diagnosis.places import order_words, orders
from grader.suite.diagnosis.search import simple

Reduce = Callable[..., torch.Tensor]
_REDUCTIONS: tuple[tuple[str, str, Reduce], ...] = (
    ("averaged", "mean", torch.mean),
    ("summed", "sum", torch.sum),
    ("reduced to its maximum", "maximum", torch.amax),
)
# Bits that the choice of a reduction and a dimension costs.
_PRICE = 5.0


def of_another_shape(
    actual: torch.Tensor,
    expected: torch.Tensor,
    sizes: Mapping[str, int] | None = None,
    inputs: Mapping[str, torch.Tensor] | None = None,
) -> list[Finding]:
    """Return what relates two tensors of different shapes: the first kind of explanation that fits.

    Args:
        actual: the student's.
        expected: the right one.
        sizes: names of sizes in play.
        inputs: values in play.
    """
    actual, expected = actual.detach().cpu(), expected.detach().cpu()
    if not (actual.numel() and expected.numel()):
        return []
    for name, value in (inputs or {}).items():
        if is_close(actual, value.detach().cpu()) and _is_telling(actual):
            return [Finding(f"it is {name}, unchanged")]
    ways = (
        _rearranged(actual, expected, dict(sizes or {})),
        _every_pair(actual, expected),
        _reduced(actual, expected),
        _repeated(actual, expected),
        _not_reduced(actual, expected),
        _cut(actual, expected),
    )
    return next((found for found in map(list, ways) if found), [])


def _rearranged(actual: torch.Tensor, expected: torch.Tensor, sizes: dict[str, int]) -> Iterator[Finding]:
    if actual.numel() != expected.numel():
        return
    flat = actual.reshape(expected.shape)
    if expected.numel() == 1:
        yield from _in_another_shape(flat, expected, "the value is right, but in another shape", sizes)
        return
    turned = [order for order in orders(expected.dim()) if expected.permute(order).shape == actual.shape]
    same = [order for order in turned if is_close(actual, expected.permute(order))]
    if same and expected.dim() > 1 and not is_close(flat, expected):
        more = ": the right values with the dimensions in another order" if expected.dim() == 2 else ""
        yield Finding(f"it is {order_words(same[0])}{more}")
        return
    yield from _in_another_shape(
        flat, expected, f"the values are right, but in another shape{_how(actual, expected)}", sizes
    )
    for order in turned:
        also = simple(actual, expected.permute(order), sizes)
        if also:
            yield Finding(f"it is {order_words(order)}, and {also.words}", also.question)
            return
    if tuple(actual.shape) == tuple(reversed(expected.shape)) and expected.dim() > 1 and not same:
        yield Finding("the dimensions are in the opposite order")


def _in_another_shape(
    flat: torch.Tensor, expected: torch.Tensor, words: str, sizes: dict[str, int]
) -> Iterator[Finding]:
    if is_close(flat, expected):
        yield Finding(words)
    elif also := simple(flat, expected, sizes):
        yield Finding(f"besides the shape, {also.words}", also.question)


def _how(actual: torch.Tensor, expected: torch.Tensor) -> str:
    """Say by which step one shape became the other."""
    own, right = list(actual.shape), list(expected.shape)
    if [size for size in own if size != 1] == [size for size in right if size != 1] and len(own) != len(right):
        count = abs(len(own) - len(right))
        which = "a dimension of size 1" if count == 1 else f"{count} dimensions of size 1"
        return f": {which} too many" if len(own) > len(right) else f": {which} {'is' if count == 1 else 'are'} missing"
    if len(own) == 1 and len(right) > 1:
        return ": it is flattened"
    return ""


def _every_pair(actual: torch.Tensor, expected: torch.Tensor) -> Iterator[Finding]:
    sizes = [size for size in expected.shape if size > 1]
    if len(sizes) != 1 or tuple(actual.shape[-2:]) != (sizes[0], sizes[0]) or actual.dim() > 3:
        return
    told = "two shapes were broadcast against each other, such as (m,) against (m, 1), so that every pair was combined"
    square = actual.reshape(-1, sizes[0], sizes[0])[0]
    if is_close(square.diagonal(), expected.reshape(-1)) and _is_telling(expected):
        yield Finding(f"{told}: the right values are on the diagonal")
    else:
        yield Finding(f"perhaps {told}")


def _reduced(actual: torch.Tensor, expected: torch.Tensor) -> Iterator[Finding]:
    if actual.numel() >= expected.numel():
        return
    right = _floating(expected)
    for done, _, reduce in _REDUCTIONS:
        if actual.dim() == 0 and _agrees(reduce(right), actual):
            yield Finding(f"it is a single number: was it summed or averaged over everything? It is {_of(done)}")
            return
        for dim in range(expected.dim()):
            if expected.shape[dim] > 1 and _agrees_reduced(reduce, right, dim, actual):
                yield Finding(f"it is {done} over dimension {dim}, which should stay")
                return
    if actual.dim() == 0:
        yield Finding("it is a single number: was it summed or averaged over everything?")


def _of(done: str) -> str:
    kind = {"averaged": "mean", "summed": "sum"}.get(done, "maximum")
    return f"the {kind} of the right values"


def _not_reduced(actual: torch.Tensor, expected: torch.Tensor) -> Iterator[Finding]:
    if actual.numel() <= expected.numel():
        return
    own = _floating(actual)
    for _, name, reduce in _REDUCTIONS:
        if expected.dim() == 0 and _agrees(reduce(own), expected):
            yield Finding(
                f"one number is expected: the reduction (mean or sum) is missing, here the {name} over everything"
            )
            return
        for dim in range(actual.dim()):
            if actual.shape[dim] > 1 and _agrees_reduced(reduce, own, dim, expected):
                yield Finding(f"the {name} over dimension {dim} is missing")
                return
    for dim in range(actual.dim()):
        if actual.shape[dim] > 1 and not expected.is_floating_point() and _agrees(actual.argmax(dim), expected):
            yield Finding(f"the argmax over dimension {dim} is missing: these are scores, not classes")
            return
    if expected.dim() == 0:
        yield Finding("one number is expected: the reduction (mean or sum) is missing")


def _agrees_reduced(reduce: Reduce, tensor: torch.Tensor, dim: int, target: torch.Tensor) -> bool:
    keeps = target.dim() == tensor.dim()
    rest = [size for place, size in enumerate(tensor.shape) if place != dim]
    if keeps:
        rest.insert(dim, 1)
    return tuple(rest) == tuple(target.shape) and _agrees(reduce(tensor, dim=dim, keepdim=keeps), target)


def _cut(actual: torch.Tensor, expected: torch.Tensor) -> Iterator[Finding]:
    """One size differs: slices are missing or too many at one end."""
    if actual.dim() != expected.dim():
        return
    other = [dim for dim, (one, two) in enumerate(zip(actual.shape, expected.shape)) if one != two]
    if len(other) != 1:
        return
    dim = other[0]
    one, two = actual.shape[dim], expected.shape[dim]
    less, most = min(one, two), max(one, two)
    longer, shorter = (expected, actual) if two > one else (actual, expected)
    gone = most - less
    for start, end in ((0, "last"), (gone, "first")):
        if _agrees(longer.narrow(dim, start, less), shorter):
            slices = f"the {end} slice" if gone == 1 else f"the {end} {gone} slices"
            verb = ("is" if gone == 1 else "are") + (" missing" if two > one else " too many")
            yield Finding(f"along dimension {dim} {slices} {verb}; the others are right")
            return


def _repeated(actual: torch.Tensor, expected: torch.Tensor) -> Iterator[Finding]:
    """The right values several times, along a dimension that should have size 1 or not be there."""
    for dim, size in enumerate(actual.shape):
        if size < 2:
            continue
        first = actual.narrow(dim, 0, 1)
        if not is_close(actual, first.expand_as(actual)):
            continue
        if _agrees(first, expected):
            yield Finding(f"the right values are repeated along dimension {dim}, which should have size 1")
            return
        if _agrees(first.squeeze(dim), expected):
            yield Finding(f"the right values are repeated along dimension {dim}, which should not be there")
            return


def _agrees(candidate: torch.Tensor, target: torch.Tensor) -> bool:
    """Say whether two tensors agree, and hardly by chance."""
    return candidate.shape == target.shape and is_close(candidate, target) and _is_telling(target)


def _is_telling(tensor: torch.Tensor) -> bool:
    pair = Pair(tensor, tensor)
    return pair.bits_of(pair.expected) >= NEEDED_BITS + _PRICE


def _floating(tensor: torch.Tensor) -> torch.Tensor:
    return tensor if tensor.is_complex() else tensor.double()
