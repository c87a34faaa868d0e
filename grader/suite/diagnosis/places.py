"""The right values in the wrong places."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import torch

from grader.suite.diagnosis.claims import COMMON, RARE, USUAL, Claim, relation
from grader.suite.diagnosis.pair import Pair
from grader.suite.diagnosis.surprise import MOST_CELLS, indices, places

MOST_PERMUTED_DIMS = 5
# Cells of a slice that stand for the slice where slices are looked for.
FACE_CELLS = 64
MOST_STEPS_TRIED = 8
MOST_SORTED = 10**5


@relation(takes_complex=True)
def transposed(pair: Pair) -> Iterator[Claim]:
    """Dimensions in another order, where the shape stays the same."""
    for order in orders_of_one_shape(pair.shape):
        yield _permuted(pair, order)


def _permuted(pair: Pair, order: tuple[int, ...]) -> Claim:
    back = sorted(range(len(order)), key=order.__getitem__)

    def source(at: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        return tuple(at[place] for place in back)

    return _moved(pair, f"it is {order_words(order)}", source, lambda: pair.expected.permute(order), COMMON)


def orders_of_one_shape(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the orders of dimensions that leave a shape as it is, though not all values in their places."""
    for order in orders(len(shape)):
        turned = tuple(shape[dim] for dim in order)
        if turned == tuple(shape) and any(shape[dim] > 1 for place, dim in enumerate(order) if place != dim):
            yield order


def orders(count: int) -> Iterator[tuple[int, ...]]:
    """Yield the orders of so many dimensions, the usual one left out, those that only swap two first."""
    if 2 <= count <= MOST_PERMUTED_DIMS:
        found = itertools.islice(itertools.permutations(range(count)), 1, None)
        yield from sorted(found, key=lambda order: sum(dim != place for place, dim in enumerate(order)))


def order_words(order: tuple[int, ...]) -> str:
    """Say which dimensions changed places."""
    moved = [place for place, dim in enumerate(order) if dim != place]
    if len(order) == 2:
        return "transposed"
    if len(moved) == 2:
        return f"transposed: dimensions {moved[0]} and {moved[1]} have changed places"
    return f"permuted: its dimensions are those of the right one in the order {order}"


@relation(takes_complex=True)
def reversed_along(pair: Pair) -> Iterator[Claim]:
    """The last first."""
    for dim, size in enumerate(pair.shape):
        if size > 1:
            words = f"the order along dimension {dim} is reversed"
            source = torch.arange(size - 1, -1, -1)
            yield _indexed(pair, words, dim, source, partial(torch.flip, pair.expected, (dim,)), USUAL)


@relation(takes_complex=True)
def rolled(pair: Pair) -> Iterator[Claim]:
    """Shifted round along a dimension, what falls off coming back at the other end."""
    for dim, size in enumerate(pair.shape):
        for step in _steps(pair, dim) if size > 2 else ():
            shift = step if step <= size // 2 else step - size
            amount = "one place" if abs(shift) == 1 else f"{abs(shift)} places"
            way = "higher" if shift > 0 else "lower"
            words = f"the values along dimension {dim} are shifted by {amount}, towards {way} indices"
            price = USUAL + math.log2(size - 1)
            source = torch.arange(size).roll(step)
            yield _indexed(pair, words, dim, source, partial(torch.roll, pair.expected, step, dim), price)


@relation(takes_complex=True)
def slid(pair: Pair) -> Iterator[Claim]:
    """Shifted by one along a dimension, zeros coming in at the end."""
    for dim, size in enumerate(pair.shape):
        for step, side in ((1, "start"), (-1, "end")) if size > 2 else ():
            words = f"the values along dimension {dim} are shifted by one place, with zeros at the {side}"
            yield Claim(words, partial(_slid, pair.expected, step, dim), USUAL, partial(_glance_slid, pair, step, dim))


@relation()
def sorted_along(pair: Pair) -> Iterator[Claim]:
    """Put in order along a dimension."""
    for dim, size in enumerate(pair.shape):
        for descending, way in ((False, ""), (True, ", largest first")) if size > 2 else ():
            words = f"it is sorted along dimension {dim}{way}"
            glance = partial(_glance_sorted, pair, dim, descending)
            yield Claim(words, partial(_sorted, pair.expected, dim, descending), USUAL, glance)


@relation(general=True, takes_complex=True)
def shuffled(pair: Pair) -> Iterator[Claim]:
    """Whole rows, or slices along another dimension, in another order; or all values."""
    for dim, size in enumerate(pair.shape):
        if size > 2 and pair.count > size:
            order = _order_of_slices(pair, dim)
            words = f"the slices along dimension {dim} are right, but in another order"
            price = USUAL + _bits_of_an_order(size)
            yield _indexed(pair, words, dim, order, partial(torch.index_select, pair.expected, dim, order), price)
    if 2 < pair.count <= MOST_SORTED and not pair.is_complex:
        price = RARE + _bits_of_an_order(pair.count)
        yield Claim("the values are right, but in other places", partial(_sorted_like, pair), price)


def _sorted_like(pair: Pair) -> torch.Tensor:
    """Return the right values, put into the order that the student's have."""
    order = pair.actual.reshape(-1).argsort()
    placed = torch.empty_like(order, dtype=pair.expected.dtype)
    placed[order] = pair.expected.reshape(-1).sort().values
    return placed.reshape(pair.shape)


def _bits_of_an_order(count: int) -> float:
    """Return what an order taken from the student's values costs, as far as the cells that are weighed tell of it."""
    if count <= MOST_CELLS:
        return math.lgamma(count + 1) / math.log(2)
    return MOST_CELLS * math.log2(count / math.e)


def _moved(
    pair: Pair,
    words: str,
    source: Callable[[tuple[torch.Tensor, ...]], tuple[torch.Tensor, ...]],
    value: Callable[[], torch.Tensor],
    price: float,
) -> Claim:
    """Return the claim that each place holds the right value of the place that `source` gives."""
    return Claim(words, value, price, lambda: (pair.expected[source(pair.at)].reshape(-1), pair.seen[0]))


def _indexed(
    pair: Pair, words: str, dim: int, source: torch.Tensor, value: Callable[[], torch.Tensor], price: float
) -> Claim:
    """Return the claim that slice i along `dim` is the right slice `source[i]`."""

    def place(at: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        return (*at[:dim], source[at[dim]], *at[dim + 1 :])

    return _moved(pair, words, place, value, price)


def _faces(pair: Pair, dim: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return some cells of each slice along `dim` of both, (size of dim, cells)."""
    others = tuple(size for other, size in enumerate(pair.shape) if other != dim)
    if not others:
        return pair.actual[:, None], pair.expected[:, None]
    chosen = indices(places(FACE_CELLS, math.prod(others)), others)
    one, other = (tensor.movedim(dim, -1)[tuple(chosen)].T for tensor in (pair.actual, pair.expected))
    return one, other


def _steps(pair: Pair, dim: int) -> list[int]:
    """Return by how much the student's slices may be rolled: where they hold the first right one, and as many more follow it."""
    one, other = _faces(pair, dim)
    far = (one - other[0]).abs().amax(1) / (pair.relative * other[0].abs().max() + 1e-300)
    return [step for step in far.argsort()[:MOST_STEPS_TRIED].tolist() if step and far[step] <= 1]


def _order_of_slices(pair: Pair, dim: int) -> torch.Tensor:
    """Return for each of the student's slices the right one that it is most like."""
    one, other = _faces(pair, dim)
    weights = torch.cos(torch.arange(one.shape[1], dtype=torch.float64) * 1.7 + 0.3).to(one.dtype)
    prints, rights = (one @ weights).abs(), (other @ weights).abs()
    order = torch.empty_like(prints, dtype=torch.int64)
    order[prints.argsort()] = rights.argsort()
    return order


def _slid(values: torch.Tensor, step: int, dim: int) -> torch.Tensor:
    moved = values.roll(step, dim)
    moved.select(dim, 0 if step > 0 else -1).zero_()
    return moved


def _glance_slid(pair: Pair, step: int, dim: int) -> tuple[torch.Tensor, torch.Tensor]:
    one, other = pair.fibres(dim)
    return _slid(other, step, 1), one


def _sorted(values: torch.Tensor, dim: int, descending: bool) -> torch.Tensor:
    return values.sort(dim, descending).values


def _glance_sorted(pair: Pair, dim: int, descending: bool) -> tuple[torch.Tensor, torch.Tensor]:
    one, other = pair.fibres(dim)
    if bool((one[:, 1:] < one[:, :-1]).any() if not descending else (one[:, 1:] > one[:, :-1]).any()):
        return other.new_full((), torch.inf), one  # not in order: no need to sort
    return _sorted(other, 1, descending), one
