"""What the student's value has to do with the values that went in: `inputs` of the suite."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from functools import partial

import torch

from grader.suite.diagnosis.claims import COMMON, USUAL, Claim, relation
from grader.suite.diagnosis.pair import Pair

# All pairs of so many values are still cheap to combine.
MOST_COMBINED = 1024


Combination = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
Reduction = Callable[..., torch.Tensor]


@relation(takes_complex=True)
def unchanged(pair: Pair) -> Iterator[Claim]:
    """An input, as it came in."""
    for name, value in _fitting(pair):
        if pair.inputs[name].shape == pair.shape:
            yield _combined(pair, f"it is {name}, unchanged", value, lambda _, given: given, COMMON)


@relation(takes_complex=True)
def added(pair: Pair) -> Iterator[Claim]:
    """An input that is missing from the sum, or in it too often, or with the wrong sign."""
    for name, value in _fitting(pair):
        right = "it is the right value"
        yield _combined(pair, f"{right} minus {name}", value, torch.sub, question=f"Is {name} missing?")
        yield _combined(pair, f"{right} plus {name}", value, torch.add, question=f"Is {name} added once too often?")
        question = f"Is {name} subtracted rather than added?"
        twice = partial(torch.sub, alpha=2)
        yield _combined(pair, f"{right} minus {name} twice", value, twice, question=question)


@relation(takes_complex=True)
def multiplied(pair: Pair) -> Iterator[Claim]:
    """An input that is a factor too many or too few."""
    for name, value in _fitting(pair):
        right = "it is the right value"
        yield _combined(pair, f"{right} times {name}", value, torch.mul, question="Is it a factor too many?")
        yield _combined(pair, f"{right} divided by {name}", value, torch.div, question="Is it a factor too few?")


@relation(takes_complex=True)
def added_along_another_dimension(pair: Pair) -> Iterator[Claim]:
    """A row that was added as a column, where both have the same size."""
    if len(pair.shape) < 2 or pair.shape[-2] != pair.shape[-1]:
        return
    right, wrong = len(pair.shape) - 1, len(pair.shape) - 2
    for name, value in _fitting(pair):
        if pair.inputs[name].dim() == 1 and len(pair.inputs[name]) > 1:
            words = f"{name} is added along dimension {wrong}, not along dimension {right}"
            yield _combined(pair, words, value.mT - value, torch.add)


@relation()
def every_pair_combined(pair: Pair) -> Iterator[Claim]:
    """(m,) against (m, 1): every value met every other, and a mean or sum hid the shape (m, m)."""
    for (one_name, one), (other_name, other) in itertools.permutations(pair.inputs.items(), 2):
        if 1 < one.numel() == other.numel() <= MOST_COMBINED:
            for reduced, value in _combinations(one.reshape(-1), other.reshape(-1), pair):
                yield Claim(
                    f"{one_name} and {other_name} were broadcast against each other, as (m,) against (m, 1) is: "
                    f"every value was combined with every other before the {reduced}",
                    value,
                    USUAL,
                )


def _combined(
    pair: Pair, words: str, value: torch.Tensor, function: Combination, price: float = USUAL, question: str = ""
) -> Claim:
    """Return the claim that the student has a function of the right value and an input."""
    return Claim(
        words,
        lambda: function(pair.expected, value),
        price + math.log2(len(pair.inputs)),
        lambda: (function(pair.seen[1], value[pair.at]), pair.seen[0]),
        question=question,
    )


def _fitting(pair: Pair) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield the inputs that can be broadcast to the shape of the pair, so broadcast."""
    for name, value in pair.inputs.items():
        shape = (1,) * (len(pair.shape) - value.dim()) + tuple(value.shape)
        if len(shape) == len(pair.shape) and all(size in (1, right) for size, right in zip(shape, pair.shape)):
            yield name, value.expand(pair.shape)


def _cross_entropy(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    return -(other * one.log() + (1 - other) * (1 - one).log())


_COMBINATIONS: tuple[Combination, ...] = (
    lambda one, other: (one - other).square(),
    lambda one, other: (one - other).abs(),
    lambda one, other: one - other,
    lambda one, other: one * other,
    lambda one, other: (one == other).double(),
    _cross_entropy,
)
# Plain, halved as a squared error often is, in percent as an accuracy is.
_SCALES = (1.0, 0.5, 100.0)
_REDUCTIONS: tuple[tuple[str, Reduction], ...] = (("mean", torch.mean), ("sum", torch.sum))


def _combinations(
    one: torch.Tensor, other: torch.Tensor, pair: Pair
) -> Iterator[tuple[str, Callable[[], torch.Tensor]]]:
    """Yield what is reduced, and the value that it gives with every pair, for the formulas that give the right value without."""
    for combine, (name, reduce), scale in itertools.product(_COMBINATIONS, _REDUCTIONS, _SCALES):
        each = scale * combine(one, other)
        table = partial(_table, combine, scale, one, other)
        if pair.count == 1 and pair.misfit(reduce(each).reshape(pair.shape), pair.expected) <= 1:
            yield name, partial(_reduced, table, reduce, pair.shape)
        elif pair.count == len(one) and name == "mean" and pair.misfit(each.reshape(pair.shape), pair.expected) <= 1:
            for dim in (0, 1):
                yield name, partial(_reduced, table, partial(reduce, dim=dim), pair.shape)


def _table(combine: Combination, scale: float, one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    return scale * combine(one[:, None], other[None, :])


def _reduced(table: Callable[[], torch.Tensor], reduce: Reduction, shape: torch.Size) -> torch.Tensor:
    return reduce(table()).reshape(shape)
