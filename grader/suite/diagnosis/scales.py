"""Too large, too small, the wrong sign, off by an amount."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import torch

from grader.suite.diagnosis.claims import COMMON, FIRST, RARE, USUAL, Claim, relation
from grader.suite.diagnosis.pair import Pair

FEW_CELLS = 3
MOST_TIMES = 10**6
MOST_OF_A_FRACTION = 12
# Sizes of the tensor's own dimensions are named only from here on: a 2 or 3 has many other reasons.
LEAST_OWN_SIZE = 4
_KNOWN_FACTORS = {
    "1 / ln 2, as if a logarithm were taken to base 2, not the natural one": 1 / math.log(2),
    "1 / ln 10, as if a logarithm were taken to base 10, not the natural one": 1 / math.log(10),
    "ln 2, as if a natural logarithm were taken, not one to base 2": math.log(2),
    "ln 10, as if a natural logarithm were taken, not one to base 10": math.log(10),
    "the square root of 2": math.sqrt(2),
    "1 / the square root of 2": math.sqrt(0.5),
    "pi": math.pi,
    "2 pi": 2 * math.pi,
    "1 / pi": 1 / math.pi,
    "180 / pi, degrees where radians are expected": 180 / math.pi,
    "pi / 180, radians where degrees are expected": math.pi / 180,
}
_SIGN = " and has the wrong sign"


@relation(takes_complex=True)
def negated(pair: Pair) -> Iterator[Claim]:
    """The sign of every value."""
    yield pair.by_cell("it is negated: the sign is wrong", torch.neg, price=FIRST)


@relation(takes_complex=True)
def scaled(pair: Pair) -> Iterator[Claim]:
    """A factor: a size in play, a whole number, a fraction, a known number, any number."""
    estimate = factor_of(pair)
    if estimate is None:
        return
    yield from _by_a_size(pair, estimate)
    yield from _by_a_whole_number(pair, estimate)
    yield from _by_a_fraction(pair, estimate)
    yield from _by_a_known_factor(pair, estimate)
    if pair.count >= FEW_CELLS:
        words = f"it is the right value times a constant, about {estimate:.3g}"
        yield _times(pair, words, estimate, RARE, fitted=1)


@relation(takes_complex=True)
def shifted(pair: Pair) -> Iterator[Claim]:
    """The same amount everywhere."""
    one, other = pair.seen
    differences = (one - other)[torch.isfinite(one - other)]
    if pair.count < FEW_CELLS or not len(differences) or pair.is_complex:
        return
    amount = float(differences.mean())
    side = "large" if amount > 0 else "small"
    whole = round(amount)
    if whole and abs(amount - whole) <= pair.relative * max(1.0, abs(amount)):
        words = f"every value is off by the same amount: {abs(whole)} too {side}"
        yield pair.by_cell(words, lambda values: values + whole, price=USUAL + 1 + math.log2(abs(whole)))
    words = f"every value is off by the same amount, about {abs(amount):.3g} too {side}"
    yield pair.by_cell(words, lambda values: values + amount, price=USUAL, fitted=1)


@relation(general=True)
def scaled_and_shifted(pair: Pair) -> Iterator[Claim]:
    """A factor and an amount, the same everywhere."""
    one, other = pair.seen
    known = torch.isfinite(one) & torch.isfinite(other)
    one, other = one[known], other[known]
    if len(one) <= FEW_CELLS:
        return
    centred = other - other.mean()
    square = float(centred @ centred)
    if not math.isfinite(square) or square == 0:
        return
    factor = float((one - one.mean()) @ centred) / square
    amount = float(one.mean() - factor * other.mean())
    words = f"it is the right value scaled and shifted: times about {factor:.3g}, then plus about {amount:.3g}"
    yield pair.by_cell(words, lambda values: values * factor + amount, price=RARE, fitted=2)


def factor_of(pair: Pair) -> float | None:
    """Return the factor that fits best; None where there is none, or where it is that of a right or a negated value."""
    one, other = pair.seen
    known = torch.isfinite(one) & torch.isfinite(other)
    one, other = one[known], other[known]
    square = float((other.conj() * other).real.sum())
    if not math.isfinite(square) or square == 0:
        return None
    factor = float((one * other.conj()).real.sum()) / square
    return factor if 1e-9 < abs(factor) < math.inf and abs(abs(factor) - 1) > 1e-6 else None


def _times(pair: Pair, words: str, factor: float, price: float, *, question: str = "", fitted: int = 0) -> Claim:
    return pair.by_cell(words, lambda values: values * factor, price=price, question=question, fitted=fitted)


def _is_near(pair: Pair, estimate: float, factor: float) -> bool:
    return abs(abs(estimate) - factor) <= 2 * pair.relative * factor


def _by_a_size(pair: Pair, estimate: float) -> Iterator[Claim]:
    sizes = _named_sizes(pair)
    price = COMMON + math.log2(max(1, 2 * len(sizes))) + (estimate < 0)
    sign = _SIGN if estimate < 0 else ""
    for size, names in sizes.items():
        if _is_near(pair, estimate, size):
            words = f"it is {size} times too large{sign}; {size} is {names}"
            yield _signed(pair, words, size, estimate, price, "Was it summed rather than averaged?")
        if _is_near(pair, estimate, 1 / size):
            words = f"it is {size} times too small{sign}; {size} is {names}"
            question = "Was it averaged rather than summed, or divided once too often?"
            yield _signed(pair, words, 1 / size, estimate, price, question)
        for ratio, one, other in ((size / (size - 1), size - 1, size), ((size - 1) / size, size, size - 1)):
            if size > FEW_CELLS and _is_near(pair, estimate, ratio):
                words = f"it is {other}/{one} of the right value{sign}; {size} is {names}"
                question = f"Was it divided by {one} rather than by {other}?"
                yield _signed(pair, words, ratio, estimate, price + 2, question)
    for (one_name, one), (other_name, other) in itertools.permutations(pair.sizes.items(), 2):
        if one != other and _is_near(pair, estimate, one / other):
            words = f"it is {one}/{other} of the right value{sign}; {one} is {one_name}, {other} is {other_name}"
            question = f"Was it divided by {other_name} rather than by {one_name}?"
            yield _signed(pair, words, one / other, estimate, price + 2 + math.log2(len(pair.sizes)), question)


def _named_sizes(pair: Pair) -> dict[int, str]:
    """Return size -> what it is, the suite's names first."""
    names: dict[int, list[str]] = {}
    for name, size in pair.sizes.items():
        names.setdefault(size, []).append(name)
    own = [(size, f"the size of dimension {dim}") for dim, size in enumerate(pair.shape)]
    if len(pair.shape) > 1:
        own.append((pair.count, "the number of values"))
    for size, name in own:
        if size >= LEAST_OWN_SIZE and size not in names:
            names[size] = [name]
    return {size: " and ".join(found) for size, found in names.items()}


def _signed(pair: Pair, words: str, factor: float, estimate: float, price: float, question: str = "") -> Claim:
    return _times(pair, words, math.copysign(factor, estimate), price, question=question)


def _by_a_whole_number(pair: Pair, estimate: float) -> Iterator[Claim]:
    sign = _SIGN if estimate < 0 else ""
    for ratio, side in ((abs(estimate), "large"), (1 / abs(estimate), "small")):
        whole = round(ratio)
        if 2 <= whole <= MOST_TIMES and abs(ratio - whole) <= min(0.3, 2 * pair.relative * ratio):
            factor = float(whole) if side == "large" else 1 / whole
            price = COMMON + math.log2(whole) + (estimate < 0)
            yield _signed(pair, f"it is {whole} times too {side}{sign}", factor, estimate, price)


def _by_a_fraction(pair: Pair, estimate: float) -> Iterator[Claim]:
    sign = ", with the wrong sign" if estimate < 0 else ""
    for lower in range(2, MOST_OF_A_FRACTION + 1):
        upper = round(abs(estimate) * lower)
        if 2 <= upper <= MOST_OF_A_FRACTION and math.gcd(upper, lower) == 1 and _is_near(pair, estimate, upper / lower):
            price = USUAL + math.log2(upper * lower) + (estimate < 0)
            yield _signed(pair, f"it is {upper}/{lower} of the right value{sign}", upper / lower, estimate, price)
            return


def _by_a_known_factor(pair: Pair, estimate: float) -> Iterator[Claim]:
    sign = ", with the wrong sign" if estimate < 0 else ""
    for name, factor in _KNOWN_FACTORS.items():
        if _is_near(pair, estimate, factor):
            words = f"it is the right value times {name}{sign}"
            yield _signed(pair, words, factor, estimate, RARE + math.log2(len(_KNOWN_FACTORS)) - 2)
