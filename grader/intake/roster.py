"""The roster: who is in the class, joined with what was handed in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.intake.naming import squashed
from grader.intake.pieces import Owner

# Shorter numbers stand in names for other reasons.
_MIN_NUMBER = 4


@dataclass(frozen=True)
class RosterEntry:
    """A row of the roster.

    Attributes:
        ids: kind -> id; the kind `id` is a number that says nothing of whose it is.
        groups: the teams that the student is in.
        forms: all ways to write the name that are tried, squashed.
    """

    line: int
    name: str
    ids: Mapping[str, str]
    groups: tuple[str, ...] = ()
    forms: frozenset[str] = frozenset()

    def final_ids(self, known: Mapping[str, str]) -> dict[str, str]:
        """Return the ids with a kind each: a bare number is the student number unless it is one that is known."""
        ids = {kind: value for kind, value in self.ids.items() if kind != "id"}
        bare = self.ids.get("id", "")
        if bare and bare not in known.values():
            ids.setdefault("sis", bare)
        return ids


@dataclass
class Roster:
    """The rows of a roster and how to find a student among them."""

    entries: tuple[RosterEntry, ...]
    warnings: tuple[str, ...] = ()
    has_groups: bool = False
    _cache: dict[str, dict[str, list[RosterEntry]]] = field(default_factory=dict)

    def find(self, owner: Owner) -> tuple[RosterEntry | None, str]:
        """Return the row of an owner; None, and what to tell, where there is none or where several fit."""
        for kind, value in owner.ids.items():
            found = self._index(kind).get(id_form(value), [])
            if kind == "moodle" and not owner.hidden:
                found = [entry for entry in found if self._names_fit(entry, owner)]
            if found:
                return self._one(found, f"the {kind} id {value}")
        for kind in ("canvas", "moodle"):
            found = self._index("id").get(id_form(owner.ids.get(kind, "")), [])
            found = [entry for entry in found if owner.hidden or self._names_fit(entry, owner)]
            if found:
                return self._one(found, f"the id {owner.ids[kind]}")
        if owner.hidden:
            return None, ""
        for word in (*(owner.ids[kind] for kind in ("blackboard", "github") if kind in owner.ids), owner.label):
            if found := self._fitting(self._logins().get(id_form(word), []), owner):
                return self._one(found, f"the login {word}")
        return self._find_by_name(owner)

    def namesake(self, owner: Owner) -> RosterEntry | None:
        """Return the student whose number in Moodle the owner has without having the name: teams are numbered as well."""
        found = [] if owner.hidden else self._index("moodle").get(id_form(owner.ids.get("moodle", "")), [])
        return next((entry for entry in found if not self._names_fit(entry, owner)), None)

    def members(self, owner: Owner) -> tuple[RosterEntry, ...]:
        """Return the members where the owner is a team of the roster; empty where it is a person, or unknown."""
        if not self.has_groups or self._people(owner.label):
            return ()
        wanted = folded_heading(owner.label)
        members = tuple(entry for entry in self.entries if wanted in {folded_heading(group) for group in entry.groups})
        if not members and owner.default_group:
            return tuple(entry for entry in self.entries if not entry.groups)
        return members

    def _find_by_name(self, owner: Owner) -> tuple[RosterEntry | None, str]:
        found = self._people(owner.label)
        if not found and "-" in owner.label:  # Moodle with groups: `Team A-Ada Lovelace`
            found = self._people(owner.label.partition("-")[2])
        if not found and (numbered := self._by_number(owner)):
            return self._one(numbered, "a number in the name")
        if not found:
            return None, ""
        fitting = self._fitting(found, owner)
        if not fitting:
            return None, "has the name of a student of the roster, but another id"
        return self._one(fitting, "the name")

    def _by_number(self, owner: Owner) -> list[RosterEntry]:
        """Return the rows whose number or login stands in the name, as in `Ada Lovelace (s1234567)`."""
        words = [word for word in re.findall(r"\w+", owner.label.replace("_", " ")) if len(word) >= _MIN_NUMBER]
        found = [
            entry
            for word in words
            if any(char.isdigit() for char in word)
            for entry in self._fitting([*self._logins().get(id_form(word), [])], owner)
        ]
        return list({entry.line: entry for entry in found}.values())

    def _people(self, label: str) -> list[RosterEntry]:
        for form in name_forms(label, exact=True):
            if found := self._index("name").get(form):
                return found
        return []

    def _fitting(self, found: Sequence[RosterEntry], owner: Owner) -> list[RosterEntry]:
        """Return the rows that do not say another id of the same kind; Moodle's are others in each assignment."""
        ids = {kind: value for kind, value in owner.ids.items() if kind != "moodle"}
        return [e for e in found if all(id_form(e.ids.get(k, v)) == id_form(v) for k, v in ids.items())]

    def _names_fit(self, entry: RosterEntry, owner: Owner) -> bool:
        return not entry.forms or bool(entry.forms & name_forms(owner.label, exact=True))

    def _one(self, found: Sequence[RosterEntry], what: str) -> tuple[RosterEntry | None, str]:
        if len(found) == 1:
            return found[0], ""
        lines = ", ".join(str(entry.line) for entry in found)
        return None, f"fits several rows of the roster by {what} (lines {lines}): joined with none"

    def _index(self, kind: str) -> dict[str, list[RosterEntry]]:
        if kind not in self._cache:
            index: dict[str, list[RosterEntry]] = {}
            for entry in self.entries:
                for form in entry.forms if kind == "name" else [id_form(entry.ids.get(kind, ""))]:
                    if form:
                        index.setdefault(form, []).append(entry)
            self._cache[kind] = index
        return self._cache[kind]

    def _logins(self) -> dict[str, list[RosterEntry]]:
        """Return all that a person may be called by in one word: logins, numbers, addresses and what stands before their @."""
        if "logins" not in self._cache:
            index: dict[str, list[RosterEntry]] = {}
            for entry in self.entries:
                words = {id_form(value) for kind, value in entry.ids.items() if kind not in ("canvas", "moodle")}
                words |= {word.partition("@")[0] for word in words}
                for word in words - {""}:
                    index.setdefault(word, []).append(entry)
            self._cache["logins"] = index
        return self._cache["logins"]


def name_forms(name: str, *, exact: bool = False, last: str = "", first: str = "") -> frozenset[str]:
    """Return a name as tools write it, squashed: in its order and, unless `exact`, with the last names first."""
    forms = {squashed(name)}
    if last or first:
        forms |= {squashed(first + last), squashed(last + first)}
    comma_last, comma, comma_first = name.partition(",")
    if comma:
        forms |= {squashed(comma_first + comma_last)}
    elif not exact and not (last or first):
        words = name.split()
        forms |= {squashed("".join(words[cut:] + words[:cut])) for cut in range(1, len(words))}
    return frozenset(forms - {""})


def id_form(value: str) -> str:
    """Return an id as it is compared: without case and width."""
    return unicodedata.normalize("NFKC", value).strip().casefold()


def folded_heading(header: str) -> str:
    """Return a heading, or the name of a team, as it is compared: without case, spaces and punctuation."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in text).split())
