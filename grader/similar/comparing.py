"""The hand-ins to one exercise against each other: what stub and class explain is taken away, and what is left is compared."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.exercise import Exercise
from grader.similar.documents import (
    Document,
    HandIn,
    course_prints,
    obvious_prints,
    read_documents,
    solution_size,
    without_teams,
)
from grader.similar.passages import Run, Side, shared_runs
from grader.similar.prints import Prints, common_prints, explained_symbols, sharing_pairs
from grader.similar.records import Compared, Likeness, Pair, Party, Passage

# Measured on 30 independent right solutions an exercise: docs/decisions/0021-similar-by-pygments-and-fingerprints.md.
MIN_SOLUTION_SYMBOLS = 120
MIN_SHARED_SYMBOLS = 80
COMMON_SHARE = 0.1
COMMON_LEAST = 4
# In a class of fewer files, too few write the obvious code to tell that it is obvious: the course's own files tell it.
SMALL_CLASS = 25
# The detailed look takes about a millisecond a pair.
_MAX_PAIRS = 20_000
_MAX_SAME = 1_000


@dataclass(frozen=True)
class _Own:
    """A document, and what of it nothing explains."""

    document: Document
    side: Side
    prints: Prints
    count: int


def compare_exercise(exercise: Exercise, hand_ins: Iterable[HandIn], *, minimum: float, top: int) -> Compared:
    """Return the pairs of hand-ins that are alike beyond what stub and class explain.

    Args:
        hand_ins: all of the class for this exercise: code that many of them have is evidence of nothing.
        minimum: least fraction, in [0, 1], of one file's own code that the other one has.
        top: how many pairs to return at most.
    """
    given = list(hand_ins)
    singles, teams = without_teams(given)
    documents, notes = read_documents(singles, exercise)
    known = course_prints(exercise)
    size = solution_size(exercise, documents, known)
    limit = _common_limit(documents)
    skipped = _why_skipped(size, len(documents), exercise.solution is not None)
    pairs = [] if skipped else _alike(documents, known, obvious_prints(exercise), limit, minimum)
    return Compared(
        exercise=exercise.name,
        title=exercise.title,
        hand_ins=len(given),
        skipped=skipped,
        solution_symbols=size,
        common_limit=limit,
        pairs=tuple(pairs[:top]),
        left_out=max(len(pairs) - top, 0),
        teams=teams,
        notes=notes,
    )


def _why_skipped(size: int, count: int, has_solution: bool) -> str:
    if count < 2:
        return "fewer than two hand-ins could be compared"
    if size >= MIN_SOLUTION_SYMBOLS:
        return ""
    whose = "its solution has" if has_solution else "half of the hand-ins have"
    return (
        f"too small to tell: {whose} {size} symbols beyond the stub, fewer than {MIN_SOLUTION_SYMBOLS}, "
        "and people who work alone write them alike"
    )


def _common_limit(documents: Sequence[Document]) -> int:
    return max(COMMON_LEAST, int(COMMON_SHARE * len(documents)))


def _alike(documents: Sequence[Document], known: Prints, obvious: Prints, limit: int, minimum: float) -> list[Pair]:
    """Return the pairs with enough in common, the most alike first."""
    # Copies of one another count once: else code that a few have copied whole would pass for what everybody writes.
    distinct = {one.symbols: one.prints for one in documents}
    explained = np.union1d(known, common_prints(list(distinct.values()), limit))
    if len(distinct) < SMALL_CLASS:
        explained = np.union1d(explained, obvious)
    own = [_own(document, explained) for document in documents]
    candidates = sorted(
        sharing_pairs([one.prints for one in own], MIN_SHARED_SYMBOLS // 4), key=lambda found: -found[2]
    )
    parts = ((own[i], own[j]) for i, j, _ in candidates[:_MAX_PAIRS] if documents[i].symbols != documents[j].symbols)
    found = [_compare(left, right, minimum) for left, right in (*_same_code(documents, known), *parts)]
    pairs = [pair for pair in found if pair is not None]
    return sorted(pairs, key=lambda pair: (-max(pair.left.fraction, pair.right.fraction), -pair.symbols))


def _same_code(documents: Sequence[Document], known: Prints) -> list[tuple[_Own, _Own]]:
    """Return the pairs that are the same from the first symbol to the last.

    Each run of such a file may be what many write, but not all of them in one order: only the stub is taken away.
    """
    groups: dict[tuple[str, ...], list[_Own]] = {}
    for document in documents:
        groups.setdefault(document.symbols, []).append(_own(document, known))
    large = [group for group in groups.values() if group[0].count >= MIN_SOLUTION_SYMBOLS]
    return [pair for group in large for pair in itertools.islice(itertools.combinations(group, 2), _MAX_SAME)]


def _own(document: Document, known: Prints) -> _Own:
    explained = explained_symbols(document.prints, known, len(document.tokens))
    prints = document.prints[~np.isin(document.prints, known)]
    side = Side(document.symbols, document.prints, explained)
    return _Own(document, side, prints, int((~explained).sum()))


def _compare(left: _Own, right: _Own, minimum: float) -> Pair | None:
    """Return what both have, or None where it is too little."""
    runs = shared_runs(left.side, right.side)
    in_left = _own_symbols(left.side.explained, [(run.left, run.count) for run in runs])
    in_right = _own_symbols(right.side.explained, [(run.right, run.count) for run in runs])
    parties = _party(left, in_left), _party(right, in_right)
    if min(in_left, in_right) < MIN_SHARED_SYMBOLS or max(party.fraction for party in parties) < minimum:
        return None
    return Pair(
        likeness=_likeness(left.document, right.document),
        left=parties[0],
        right=parties[1],
        symbols=min(in_left, in_right),
        passages=tuple(_passage(left, right.document, run) for run in runs),
        left_text=left.document.text,
        right_text=right.document.text,
    )


def _own_symbols(explained: npt.NDArray[np.bool_], runs: Iterable[tuple[int, int]]) -> int:
    return sum(int((~explained[start : start + count]).sum()) for start, count in runs)


def _likeness(left: Document, right: Document) -> Likeness:
    if left.text == right.text:
        return Likeness.IDENTICAL
    return Likeness.RENAMED if left.symbols == right.symbols else Likeness.PARTS


def _party(own: _Own, shared: int) -> Party:
    document = own.document
    return Party(
        student=document.hand_in.student,
        name=document.hand_in.name,
        file=document.file,
        sha256=document.sha256,
        fraction=round(shared / own.count, 4) if own.count else 0.0,
        own=own.count,
    )


def _passage(left: _Own, right: Document, run: Run) -> Passage:
    a, b = _span(left.document, run.left, run.count), _span(right, run.right, run.count)
    own = _own_symbols(left.side.explained, [(run.left, run.count)])
    return Passage(a, b, _lines(left.document.text, a), _lines(right.text, b), run.count, own)


def _span(document: Document, start: int, count: int) -> tuple[int, int]:
    return document.tokens[start].start, document.tokens[start + count - 1].end


def _lines(text: str, span: tuple[int, int]) -> tuple[int, int]:
    return text.count("\n", 0, span[0]) + 1, text.count("\n", 0, span[1] - 1) + 1
