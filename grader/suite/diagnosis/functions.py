"""A function too many or too few: of each value by itself, or along a dimension."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial

import torch

from grader.suite.diagnosis.claims import RARE, RELATIONS, USUAL, Claim, Relation, relation
from grader.suite.diagnosis.pair import Pair

Function = Callable[[torch.Tensor], torch.Tensor]
Along = Callable[[torch.Tensor, int], torch.Tensor]

_APPLIED: tuple[tuple[str, Function, float], ...] = (
    ("a sigmoid has been applied to it", torch.sigmoid, USUAL),
    ("a tanh has been applied to it", torch.tanh, USUAL),
    ("an exponential has been applied to it", torch.exp, USUAL),
    ("a logarithm has been applied to it", torch.log, USUAL),
    ("a logarithm to base 2 has been applied to it", torch.log2, RARE),
    ("a logarithm to base 10 has been applied to it", torch.log10, RARE),
    ("the logarithm of 1 + it has been taken", torch.log1p, RARE),
    ("a ReLU has been applied to it: negative values are cut to 0", torch.relu, USUAL),
    ("it is squared", torch.square, USUAL),
    ("its square root has been taken", torch.sqrt, USUAL),
    ("it is the absolute value", torch.abs, USUAL),
    ("it is the reciprocal: 1 divided by the right value", torch.reciprocal, USUAL),
    ("it is the right value's sign alone: -1, 0 or 1", torch.sign, RARE),
    ("it is rounded to whole numbers", torch.round, USUAL),
    ("its fractions are cut off, as an integer dtype does", torch.trunc, USUAL),
    ("it is rounded down to whole numbers", torch.floor, RARE),
    ("it is rounded up to whole numbers", torch.ceil, RARE),
    ("a sigmoid has been applied to it twice", lambda values: values.sigmoid().sigmoid(), RARE),
    ("a softplus has been applied to it", torch.nn.functional.softplus, RARE),
    ("a sigmoid has been applied to the negated value", lambda values: (-values).sigmoid(), RARE),
)
# Left out where the right value is the function of the student's. What undoes another function stands above: a missing exponential is
# a logarithm too many, and only the student can tell which.
_MISSING: tuple[tuple[str, Function, float], ...] = (
    ("the sigmoid is missing: a sigmoid of it would be right", torch.sigmoid, USUAL),
    ("the tanh is missing: a tanh of it would be right", torch.tanh, RARE),
    ("the ReLU is missing: with negative values cut to 0 it would be right", torch.relu, USUAL),
    ("the absolute value is missing: without its signs it would be right", torch.abs, RARE),
)
_ALONG: tuple[tuple[str, Along, float], ...] = (
    ("a softmax has been applied to it", torch.softmax, USUAL),
    ("a log-softmax has been applied to it", torch.log_softmax, USUAL),
    ("a softmax has been applied to it twice", lambda values, dim: values.softmax(dim).softmax(dim), RARE),
    ("it is summed up, each value added to those before it", torch.cumsum, RARE),
    ("its mean is subtracted", lambda values, dim: values - values.mean(dim, keepdim=True), RARE),
    ("it is standardised to mean 0 and standard deviation 1", lambda values, dim: _standardised(values, dim, 0), RARE),
    (
        "it is standardised to mean 0 and standard deviation 1 (with n - 1)",
        lambda values, dim: _standardised(values, dim, 1),
        RARE,
    ),
    ("it is divided by its sum", lambda values, dim: values / values.sum(dim, keepdim=True), RARE),
    ("it is divided by its length", lambda values, dim: values / values.norm(dim=dim, keepdim=True), RARE),
    ("every value is the mean", lambda values, dim: values.mean(dim, keepdim=True).expand_as(values), RARE),
    ("every value is the sum", lambda values, dim: values.sum(dim, keepdim=True).expand_as(values), RARE),
)
_MISSING_ALONG: tuple[tuple[str, Along, float], ...] = (
    ("the softmax is missing: a softmax of it would be right", torch.softmax, USUAL),
    ("the log-softmax is missing: a log-softmax of it would be right", torch.log_softmax, USUAL),
)


def _standardised(values: torch.Tensor, dim: int, correction: int) -> torch.Tensor:
    centred = values - values.mean(dim, keepdim=True)
    size = values.shape[dim]
    return centred / (centred.square().sum(dim, keepdim=True) / max(1, size - correction)).sqrt()


@relation()
def complemented(pair: Pair) -> Iterator[Claim]:
    """One minus the right value."""
    _, right = pair.seen
    classes = bool(((right == 0) | (right == 1)).all())
    words = "zeros and ones have changed places" if classes else "it is 1 minus the right value"
    yield pair.by_cell(words, lambda values: 1 - values)


@relation(takes_complex=True)
def of_complex_values(pair: Pair) -> Iterator[Claim]:
    """What only complex values can lose."""
    if pair.is_complex:
        yield pair.by_cell("it is the complex conjugate: the imaginary part has the wrong sign", torch.conj_physical)
        yield pair.by_cell("the imaginary part is missing", lambda values: values.real.to(values.dtype))


@relation(general=True)
def clamped(pair: Pair) -> Iterator[Claim]:
    """Bounds that the student's values keep and the right ones do not."""
    low, high = float(pair.actual.min()), float(pair.actual.max())
    below, above = low > float(pair.expected.min()), high < float(pair.expected.max())
    if not (math.isfinite(low) and math.isfinite(high)) or not (below or above):
        return
    bounds = [f"nothing is below {low:.3g}"] * below + [f"nothing is above {high:.3g}"] * above
    fitted = sum(
        not (abs(bound) <= 10 and (bound * 10).is_integer()) for bound, used in ((low, below), (high, above)) if used
    )
    yield pair.by_cell(
        f"it is clamped: {' and '.join(bounds)}",
        lambda values: values.clamp(low if below else None, high if above else None),
        price=RARE + 2,
        fitted=fitted,
    )


def _applied(pair: Pair, words: str, function: Function, price: float, missing: bool) -> Iterator[Claim]:
    """A function of each value."""
    yield pair.by_cell(words, function, price=price, missing=missing)


def _applied_along(pair: Pair, words: str, function: Along, price: float, missing: bool) -> Iterator[Claim]:
    """A function along some dimension."""
    for dim in range(len(pair.shape)):
        if pair.shape[dim] > 1:
            yield _along(pair, dim, words, function, price, missing)


def _along(pair: Pair, dim: int, words: str, function: Along, price: float, missing: bool) -> Claim:
    source = pair.actual if missing else pair.expected

    def glance() -> tuple[torch.Tensor, torch.Tensor]:
        one, other = pair.fibres(dim)
        return (function(one, 1), other) if missing else (function(other, 1), one)

    if function is torch.softmax and not missing and _is_distribution(pair, dim):
        words = "the softmax has been applied twice"
    head, colon, tail = words.partition(":")
    where = f", along dimension {dim}" if len(pair.shape) > 1 else ""
    return Claim(f"{head}{where}{colon}{tail}", lambda: function(source, dim), price, glance, missing)


def _is_distribution(pair: Pair, dim: int) -> bool:
    _, rows = pair.fibres(dim)
    return bool((rows >= 0).all()) and bool(((rows.sum(1) - 1).abs() <= 10 * pair.relative).all())


# One relation each, so that two that fit are both named.
RELATIONS.extend(
    Relation(words, partial(_applied, words=words, function=function, price=price, missing=missing))
    for table, missing in ((_APPLIED, False), (_MISSING, True))
    for words, function, price in table
)
RELATIONS.extend(
    Relation(
        words, partial(_applied_along, words=words, function=along, price=price, missing=missing), general=price == RARE
    )
    for along_table, missing in ((_ALONG, False), (_MISSING_ALONG, True))
    for words, along, price in along_table
)
