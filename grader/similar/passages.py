"""Two files beside each other: the longest runs of symbols that both have, in whatever order, each symbol in one run at most.

This is greedy string tiling (Wise 1993) with an index of fingerprints, from left to right rather than the longest run first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.similar.prints import LENGTH, Prints

# Code that repeats itself offers many places for each run; some suffice to find a long one, and time stays bounded.
_MAX_PLACES = 64
_MAX_TRIED = 16


@dataclass(frozen=True)
class Side:
    """What is compared of one file: its symbols, their fingerprints, and of each symbol whether it is explained already."""

    symbols: Sequence[str]
    prints: Prints
    explained: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Run:
    """Symbols that both have: `count` ones from `left` on in the first file and from `right` on in the second."""

    left: int
    right: int
    count: int


def shared_runs(left: Side, right: Side) -> tuple[Run, ...]:
    """Return the runs that both have, by their place in the first, each with at least `LENGTH` symbols that nothing explains."""
    places: dict[int, list[int]] = {}
    for place, value in enumerate(right.prints.tolist()):
        known = places.setdefault(value, [])
        if len(known) < _MAX_PLACES:
            known.append(place)
    taken = [False] * len(right.symbols)
    own = np.concatenate([[0], np.cumsum(~left.explained)]).tolist()
    runs: list[Run] = []
    free_from = 0
    for place, value in enumerate(left.prints.tolist()):
        if place < free_from or value not in places:
            continue
        run = _longest(left.symbols, right.symbols, place, places[value], taken)
        if own[run.left + run.count] - own[run.left] >= LENGTH:
            runs.append(run)
            taken[run.right : run.right + run.count] = [True] * run.count
            free_from = run.left + run.count
        else:  # nor would what begins within it do better, but for its end; a long stretch of the stub is walked once
            free_from = place + max(run.count - LENGTH + 1, 1)
    return tuple(runs)


def _longest(
    left: Sequence[str], right: Sequence[str], start: int, places: Sequence[int], taken: Sequence[bool]
) -> Run:
    """Return the longest of the runs from `start` on that begin at one of `places`, the first of several; it may be empty."""
    best = Run(start, 0, 0)
    for place in [place for place in places if not taken[place]][:_MAX_TRIED]:
        count = 0
        most = min(len(left) - start, len(right) - place)
        while count < most and left[start + count] == right[place + count] and not taken[place + count]:
            count += 1
        if count > best.count:
            best = Run(start, place, count)
    return best
