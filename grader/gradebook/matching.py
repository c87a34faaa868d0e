"""Which row of a platform's file is which student: by an id that both know, else by a name that nobody else has. Never by a guess."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.intake.records import Student

# An address can change, and a platform may keep another one: two that differ say nothing.
_WEAK = ("email",)


@dataclass(frozen=True)
class Entry:
    """A row of a platform's file; `ids` are of the kinds of `Student.ids`, `names` the ways in which the name is written."""

    row: int
    ids: Mapping[str, str]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Matches:
    """Key of a student -> the row, and -> why there is none."""

    rows: Mapping[str, int]
    reasons: Mapping[str, str]


def match_students(students: Iterable[Student], entries: Sequence[Entry], kinds: Sequence[str]) -> Matches:
    """Return the row of each student.

    Args:
        students: each once.
        kinds: of ids, the most telling first.
    """
    by_key = {student.key: student for student in students}
    shared = Counter(name for student in by_key.values() for name in name_forms(student.name))
    finder = _Finder(entries, kinds, {name for name, count in shared.items() if count > 1})
    rows: dict[str, int] = {}
    reasons: dict[str, str] = {}
    for key, student in by_key.items():
        found = finder.find(student)
        if isinstance(found, str):
            reasons[key] = found
        else:
            rows[key] = found
    claims = Counter(rows.values())
    for key in [key for key, row in rows.items() if claims[row] > 1]:
        del rows[key]
        reasons[key] = "two students fit one row of the file"
    return Matches(rows, reasons)


def name_forms(name: str) -> frozenset[str]:
    """Return the ways in which a name may be compared: as it is, and `Last, First` turned round; without case and spare blanks."""
    # A name that begins with = is guarded by Canvas as ="=name", so that a spreadsheet shows it.
    guarded = re.fullmatch(r'="(.*)"', name.strip(), re.DOTALL)
    plain = " ".join(unicodedata.normalize("NFC", guarded[1] if guarded else name).casefold().split())
    last, comma, first = plain.partition(", ")
    forms = {plain, f"{first} {last}"} if comma and "," not in first else {plain}
    return frozenset(form for form in forms if form.strip())


class _Finder:
    def __init__(self, entries: Sequence[Entry], kinds: Sequence[str], shared_names: set[str]) -> None:
        self._entries = {entry.row: entry for entry in entries}
        self._kinds = kinds
        self._shared_names = shared_names
        self._by_id: dict[tuple[str, str], set[int]] = {}
        self._by_name: dict[str, set[int]] = {}
        for entry in entries:
            for kind, value in entry.ids.items():
                self._by_id.setdefault((kind, _plain_id(value)), set()).add(entry.row)
            for name in frozenset[str]().union(*map(name_forms, entry.names)):
                self._by_name.setdefault(name, set()).add(entry.row)

    def find(self, student: Student) -> int | str:
        """Return the student's row, or why there is none."""
        found = {kind: rows for kind in self._kinds if (rows := self._rows_by_id(student, kind))}
        if not found:
            return self._find_by_name(student)
        strongest = next(iter(found))
        rows = found[strongest]
        if len(rows) > 1:
            return f"several rows of the file have the same {strongest} id"
        (row,) = rows
        stronger = self._kinds[: self._kinds.index(strongest)]
        if any(row not in others for others in found.values()) or self._contradicts(student, row, stronger):
            return "the ids lead to different rows of the file"
        return row

    def _find_by_name(self, student: Student) -> int | str:
        names = name_forms(student.name)
        rows = set[int]().union(*(self._by_name.get(name, ()) for name in names))
        if not rows:
            return "not in the file"
        if len(rows) > 1 or names & self._shared_names:
            return "not found by an id, and several have this name"
        (row,) = rows
        if self._contradicts(student, row, self._kinds):
            return "the file has the name, but with another id"
        return row

    def _rows_by_id(self, student: Student, kind: str) -> set[int]:
        value = _plain_id(student.ids.get(kind, ""))
        return self._by_id.get((kind, value), set()) if value else set()

    def _contradicts(self, student: Student, row: int, kinds: Sequence[str]) -> bool:
        """Say whether the row has another id than the student, of one of these kinds."""
        ids = self._entries[row].ids
        return any(
            _plain_id(ids[kind]) != _plain_id(student.ids[kind])
            for kind in kinds
            if kind not in _WEAK and ids.get(kind) and student.ids.get(kind)
        )


def _plain_id(value: str) -> str:
    return value.strip().casefold()
