"""A claim is what a relation says of a pair of tensors, before it has been weighed; the registry holds all relations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from grader.suite.diagnosis.pair import Pair

# What a relation costs, in bits: a mistake that many make is believed on less evidence. 2^-price over all relations is about 2,
# so that all of them together name an unrelated tensor hardly more often than the bits asked for allow.
FIRST, COMMON, USUAL, RARE = 0.0, 3.0, 6.0, 8.0


@dataclass(frozen=True)
class Claim:
    """One explanation: if it holds, `value` is what the student has.

    Attributes:
        words: what to say, such as "it is transposed".
        value: computes the whole candidate.
        price: bits of evidence that it costs, for being one of many.
        glance: computes a few cells of the candidate and of what it should be; None where the whole is cheap enough.
        missing: the candidate is made from the student's value and should be the expected one: a step was left out.
        fitted: how many numbers were taken from the student's values; each is worth one value of evidence.
        question: what to ask the student, a sentence.
    """

    words: str
    value: Callable[[], torch.Tensor]
    price: float = USUAL
    glance: Callable[[], tuple[torch.Tensor, torch.Tensor]] | None = None
    missing: bool = False
    fitted: int = 0
    question: str = ""


@dataclass(frozen=True)
class Finding:
    """An explanation that holds.

    Attributes:
        words: what to say of it, such as "it is 64 times too large; 64 is the batch size".
        question: what to ask the student, a sentence or nothing.
    """

    words: str
    question: str = ""


Claims = Callable[["Pair"], Iterator[Claim]]


@dataclass(frozen=True)
class Relation:
    """A family of claims, likeliest first, of which the first that holds is named.

    Attributes:
        claims: what to try for a pair of one shape.
        general: tried only where no particular relation holds.
        takes_complex: whether it makes sense for complex values.
    """

    name: str
    claims: Claims
    general: bool = False
    takes_complex: bool = False


RELATIONS: list[Relation] = []


def relation(*, general: bool = False, takes_complex: bool = False) -> Callable[[Claims], Claims]:
    """Register a function that yields claims."""

    def register(claims: Claims) -> Claims:
        RELATIONS.append(Relation(claims.__name__, claims, general, takes_complex))
        return claims

    return register
