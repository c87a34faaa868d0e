"""Which exercise a name of a folder, an archive or a file speaks of: `Exercise 3`, `exercise3-ada`, `DL-Übung 03-4711.zip`."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.exercise import Exercise
from grader.submission.names import without_additions

# What people call an exercise: each stands for the others where a number follows.
_KIND_WORDS = (
    "exercise exercises ex exo exercice ejercicio exercicio esercizio oefening opgave øvelse övning harjoitus "
    "assignment homework hw lab task sheet problem ps aufgabe übung uebung ubung übungsblatt blatt devoir "
    "tarea compito zadanie cvičení упражнение задание вправа 연습 연습문제 과제 숙제 练习 作业 習題 演習 課題 練習 "
)
_KINDS = frozenset(_KIND_WORDS.split())
# Words that say nothing of whose or which it is.
_GENERIC_WORDS = (
    "submission submissions submitted handed in handin solution solutions solved download downloads export "
    "students class course main master final late copy code src files file abgabe abgaben zip all the new of "
    "gradebook repos assignments canvas moodle blackboard github classroom batch grading "
)
GENERIC = frozenset(_GENERIC_WORDS.split())
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_PAREN_NUMBER = re.compile(r"\s*\(\d+\)$")


@dataclass(frozen=True)
class Named:
    """What a name says.

    Attributes:
        exercise: name of the exercise; of one that is not looked for, as written.
        known: whether it is one of those that are looked for.
        rest: what else the name holds, without the separators around it.
    """

    exercise: str
    known: bool
    rest: str

    @property
    def alone(self) -> bool:
        """Whether the name speaks of the exercise and of nobody."""
        return all(word in GENERIC or (word.isdigit() and len(word) < 3) for word, *_ in _tokens(self.rest))


class Naming:
    """The names of the exercises that are looked for."""

    def __init__(self, exercises: Sequence[Exercise]) -> None:
        self.exercises = {exercise.name: exercise for exercise in exercises}
        self._phrases: list[tuple[tuple[str, ...], str]] = []
        for exercise in exercises:
            self._phrases.append((_words(exercise.name), exercise.name))
            if len(_words(exercise.title)) > 1:
                self._phrases.append((_words(exercise.title), exercise.name))
        self._files = [(exercise.name, _words(PurePosixPath(exercise.file).stem)) for exercise in exercises]
        self._numbers: dict[int, list[str]] = {}
        self._series: set[str] = set()
        for words, name in self._phrases:
            if len(words) == 2 and words[1].isdigit():
                self._series.add(words[0])
                if words[0] in _KINDS:
                    self._numbers.setdefault(int(words[1]), []).append(name)

    def named(self, name: str) -> Named | None:
        """Return which exercise the name speaks of; None where none, or two."""
        name = _PAREN_NUMBER.sub("", unicodedata.normalize("NFC", name))
        tokens = _tokens(name)
        words = [word for word, _, _ in tokens]
        found: list[tuple[int, int, str]] = []
        for phrase, exercise in self._phrases:
            starts = (s for s in range(len(words) - len(phrase) + 1) if tuple(words[s : s + len(phrase)]) == phrase)
            found += [(len(phrase), start, exercise) for start in starts if phrase]
        if not found:
            return self._in_series(name, tokens)
        longest = max(length for length, _, _ in found)
        best = [(start, exercise) for length, start, exercise in found if length == longest]
        if len({exercise for _, exercise in best}) > 1:
            return None
        start, exercise = best[0]
        return Named(exercise, True, _without(name, tokens[start][1], tokens[start + longest - 1][2]))

    def by_file(self, name: str) -> Exercise | None:
        """Return the exercise whose file a name is a form of: `calculator-1.py`, `Calculator (2).ipynb`."""
        found = [exercise for exercise in self.exercises.values() if is_form_of(name, exercise)]
        return found[0] if len(found) == 1 else None

    def likely(self, name: str) -> str:
        """Return the exercise whose file's name is part of a name (`ada_calculator_v2.py`); empty where none's, or two's."""
        words = _words(PurePosixPath(name).stem)
        found = [exercise for exercise, phrase in self._files if _has(words, phrase)]
        return found[0] if len(found) == 1 else ""

    def _in_series(self, name: str, tokens: list[tuple[str, int, int]]) -> Named | None:
        """Return what `Übung 3` speaks of, or an exercise of the same kind that is not looked for."""
        for (word, start, _), (number, _, end) in itertools.pairwise(tokens):
            if not number.isdigit() or word not in (self._series | _KINDS):
                continue
            known = self._numbers.get(int(number), []) if word in _KINDS else []
            if len(known) == 1:
                return Named(known[0], True, _without(name, start, end))
            if not known and (word in self._series or self._numbers):
                return Named(name[start:end], False, _without(name, start, end))
        return None


_SOURCE = re.compile(r"\.(?:pyw?|py3|ipynb|txt)$")
_UNREAD = re.compile(r"(?:\.tar)?\.[a-z0-9]{1,6}$")


def is_form_of(name: str, exercise: Exercise) -> bool:
    """Say whether a file of this name is the exercise's own, as browsers, platforms and students rename it."""
    stem = unicodedata.normalize("NFC", name).casefold()
    stem = re.sub(r"(\.(?:pyw?|py3|ipynb|txt))+$", "", stem) if _SOURCE.search(stem) else _UNREAD.sub("", stem)
    wanted = PurePosixPath(exercise.file).stem.casefold()
    return without_additions(stem) == wanted or stem == wanted


_BY_CANVAS = re.compile(r"-(?:\d{1,3}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$")


def without_canvas_number(name: str) -> str:
    """Return a name without the `-1` or the `-<uuid>` by which Canvas tells files of one name apart."""
    stem, dot, ending = name.rpartition(".")
    return f"{_BY_CANVAS.sub('', stem) or stem}{dot}{ending}" if dot else name


def is_generic(name: str) -> bool:
    """Say whether a name speaks of nobody: `submissions (1)`."""
    words = "".join(char if char.isalpha() else " " for char in name.casefold()).split()
    return bool(words) and all(word in GENERIC for word in words)


def squashed(text: str) -> str:
    """Return a name in small letters, without anything else than letters and digits."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _tokens(text: str) -> list[tuple[str, int, int]]:
    """Return the words and numbers of a text, in small letters and without leading zeros, and where they stand."""
    found = []
    for match in _TOKEN.finditer(text):
        word = unicodedata.normalize("NFKC", match[0]).casefold()
        found.append((word.lstrip("0") or "0" if word.isdecimal() else word, match.start(), match.end()))
    return found


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word, _, _ in _tokens(unicodedata.normalize("NFC", text)))


def _has(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    return any(words[start : start + len(phrase)] == phrase for start in range(len(words) - len(phrase) + 1))


def _without(name: str, start: int, end: int) -> str:
    sides = (name[:start].rstrip(" -_.,"), name[end:].lstrip(" -_.,"))
    return "-".join(side for side in sides if side)


def words_of(names: Iterable[str]) -> str:
    """Return names as a sentence has them."""
    listed = list(names)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""
