"""Looking for the relations between two tensors of one shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import torch

# Importing them registers their relations.
from grader.suite.diagnosis import functions, given, places, scales  # noqa: F401
from grader.suite.diagnosis.claims import RELATIONS, Finding, Relation
from grader.suite.diagnosis.facts import constant, same_slices
from grader.suite.diagnosis.pair import Pair
from grader.suite.diagnosis.places import order_words, orders_of_one_shape

MOST_NAMED = 3
# Orders of dimensions that are tried together with another sign or factor.
MOST_ORDERS = 6
# What may be combined with another shape or order of dimensions.
SIMPLE = ("negated", "scaled")


def of_one_shape(pair: Pair) -> list[Finding]:
    """Return what fits, likeliest first; what holds in general only where nothing particular does."""
    facts = list(constant(pair))
    if facts and not bool(pair.actual.any()):
        return facts
    usable = [one for one in RELATIONS if one.takes_complex or not pair.is_complex]
    particular = _holding(pair, [one for one in usable if not one.general])
    if particular or facts:
        return _without_doubles([*particular, *facts])[:MOST_NAMED]
    turned = list(_transposed_besides(pair))
    if turned:
        return turned[:1]
    general = _holding(pair, [one for one in usable if one.general])
    return _without_doubles(general or list(same_slices(pair)))[:MOST_NAMED]


def _transposed_besides(pair: Pair) -> Iterator[Finding]:
    """Yield what holds besides another order of the dimensions."""
    for order in islice(orders_of_one_shape(pair.shape), MOST_ORDERS):
        also = simple(pair.actual, pair.expected.permute(order), pair.sizes, pair.dtypes)
        if also:
            yield Finding(f"it is {order_words(order)}, and {also.words}", also.question)


def simple(
    actual: torch.Tensor,
    expected: torch.Tensor,
    sizes: Mapping[str, int],
    dtypes: tuple[torch.dtype, torch.dtype] | None = None,
) -> Finding | None:
    """Return the relation that may be combined with another shape: another sign or factor."""
    pair = Pair(actual, expected, sizes, dtypes=dtypes)
    found = _holding(pair, [one for one in RELATIONS if one.name in SIMPLE])
    return found[0] if found else None


def _holding(pair: Pair, relations: Sequence[Relation]) -> list[Finding]:
    """Return what holds, the cheapest first."""
    found = []
    for relation in relations:
        claim = next((claim for claim in relation.claims(pair) if pair.holds(claim)), None)
        if claim is not None:
            found.append(claim)
    return [Finding(claim.words, claim.question) for claim in sorted(found, key=lambda claim: claim.price)]


def _without_doubles(findings: Sequence[Finding]) -> list[Finding]:
    return list({finding.words: finding for finding in findings}.values())
