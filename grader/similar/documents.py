"""What is compared: the hand-ins of a class without copies of a team, and what the course itself has given or solved."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from grader.exercise import Exercise
from grader.faults import UsageError
from grader.similar.prints import Prints, explained_symbols, fingerprints
from grader.similar.tokens import MAX_CHARACTERS, MAX_TOKENS, Token, bounded_text, read_tokens
from grader.submission import read_submission


@dataclass(frozen=True)
class HandIn:
    """One student's files for one exercise. Students of one `team`, and those of one path, hand in together."""

    student: str
    name: str
    exercise: str
    path: Path
    team: str = ""


@dataclass(frozen=True)
class Document:
    """What a hand-in says: its text, its tokens with their places, the fingerprints of their order."""

    hand_in: HandIn
    file: str
    sha256: str
    text: str
    tokens: tuple[Token, ...]
    prints: Prints

    @property
    def symbols(self) -> tuple[str, ...]:
        """The tokens without what a student may call or lay out otherwise."""
        return tuple(token.symbol for token in self.tokens)


def read_documents(hand_ins: Sequence[HandIn], exercise: Exercise) -> tuple[list[Document], tuple[str, ...]]:
    """Return the hand-ins that can be read, and notes on the others."""
    documents = []
    notes = []
    for hand_in in hand_ins:
        try:
            submission = read_submission(hand_in.path, exercise)
        except UsageError as error:
            notes.append(f"{hand_in.name} was not compared: {error.cause}.")
            continue
        if submission.fault is not None:
            notes.append(f"{hand_in.name} was not compared: {submission.fault.message}.")
            continue
        helpers = {name: text for name, text in submission.helpers.items() if name not in exercise.given}
        text = "\n".join([submission.source, *(f"# {name}\n{text}" for name, text in sorted(helpers.items()))])
        bounded = bounded_text(text)
        tokens = read_tokens(bounded)
        if len(text) > MAX_CHARACTERS or len(tokens) >= MAX_TOKENS:
            notes.append(f"Of {hand_in.name} only the first {bounded.count(chr(10)) + 1:,} lines were compared.")
        prints = fingerprints(tokens)
        documents.append(Document(hand_in, submission.file_name, submission.sha256, bounded, tokens, prints))
    return documents, tuple(notes)


def without_teams(hand_ins: Sequence[HandIn]) -> tuple[list[HandIn], tuple[tuple[str, ...], ...]]:
    """Return one hand-in a team, and the names of the members of each team of several."""
    groups: dict[object, list[HandIn]] = {}
    for hand_in in hand_ins:
        groups.setdefault(("team", hand_in.team) if hand_in.team else _identity(hand_in.path), []).append(hand_in)
    teams = tuple(tuple(member.name for member in group) for group in groups.values() if len(group) > 1)
    return [group[0] for group in groups.values()], teams


def _identity(path: Path) -> object:
    try:
        found = os.stat(path)
    except OSError:  # reading it says what is wrong
        return path
    return found.st_dev, found.st_ino


def course_prints(exercise: Exercise) -> Prints:
    """Return the fingerprints of all that students were given."""
    given = [exercise.stub, *(exercise.folder / name for name in exercise.given), exercise.visible_suite]
    return _prints_of([path for path in given if path is not None and path.suffix == ".py"])


def obvious_prints(exercise: Exercise) -> Prints:
    """Return the fingerprints of the solution and of the known mistakes, as far as they are at hand: the straightforward code."""
    mistakes = sorted(exercise.mistakes_folder.glob("*.py")) if exercise.mistakes_folder else []
    return _prints_of([*([exercise.solution] if exercise.solution else []), *mistakes])


def _prints_of(paths: Sequence[Path]) -> Prints:
    every = [fingerprints(read_tokens(_text_of(path))) for path in paths]
    return np.unique(np.concatenate([np.zeros(0, dtype=np.uint64), *every]))


def _text_of(path: Path) -> str:
    try:
        return bounded_text(path.read_text(encoding="utf-8-sig", errors="replace"))
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path), cure="Check the file.") from error


def solution_size(exercise: Exercise, documents: Sequence[Document], known: Prints) -> int:
    """Return how many symbols the solution has beyond the stub; where it is not at hand, the middle one of the hand-ins."""
    if exercise.solution is not None:
        tokens = read_tokens(_text_of(exercise.solution))
        return int((~explained_symbols(fingerprints(tokens), known, len(tokens))).sum())
    sizes = [int((~explained_symbols(one.prints, known, len(one.tokens))).sum()) for one in documents]
    return int(statistics.median(sizes)) if sizes else 0
