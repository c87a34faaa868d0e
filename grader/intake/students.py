"""Who the owners of files are: joined with one another and with a roster, and given keys."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.intake.keys import ID_KINDS, make_keys
from grader.intake.naming import squashed
from grader.intake.pieces import Owner
from grader.intake.records import Student
from grader.intake.roster import Roster, RosterEntry
from grader.submission.names import clean_name


@dataclass
class Person:
    """A student while all that is known of them is gathered."""

    name: str
    ids: dict[str, str]
    entry: RosterEntry | None = None
    spellings: set[str] = field(default_factory=set)
    scoped: dict[str, str] = field(default_factory=dict)

    def take(self, owner: Owner) -> str:
        """Take over an owner's ids; returns the kind of one that contradicts, upon which nothing is taken over."""
        plain = {kind: value for kind, value in owner.ids.items() if kind != "moodle"}
        number = owner.ids.get("moodle", "")
        clash = next((kind for kind, value in plain.items() if self.ids.get(kind, value) != value), "")
        if not clash and number and self.scoped.get(owner.scope, number) != number:
            clash = "moodle"
        if not clash:
            self.ids.update(plain)
            if number:
                self.scoped[owner.scope] = number
        return clash

    def all_ids(self) -> dict[str, str]:
        """Return the ids by kind; of numbers that differ from assignment to assignment the roster's, or none."""
        numbers = set(self.scoped.values())
        known = self.ids | ({"moodle": next(iter(numbers))} if len(numbers) == 1 else {})
        listed = self.entry.final_ids(known) if self.entry else {}
        found = {**known, **listed}
        return {kind: found[kind] for kind in ID_KINDS if kind in found}


class People:
    """The students of a class: those of the export joined with those of the roster.

    Joins go by ids first, then by names; what fits several is joined with none and told.
    """

    def __init__(self, owners: Sequence[Owner], roster: Roster | None) -> None:
        self.warnings: list[str] = []
        self._roster = roster
        self._by_owner: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[Person, ...]] = {}
        self._persons: list[Person] = []
        self._of_entry: dict[int, Person] = {}
        self._unlisted: dict[tuple[tuple[str, str], ...], Person] = {}
        self._ids: dict[tuple[str, tuple[tuple[str, str], ...]], Mapping[str, str]] = {}
        self._shared = _shared_names(owners)
        if roster is not None:
            for entry in roster.entries:
                self._of_entry[entry.line] = self._add(Person(entry.name, {}, entry))
        for owner in sorted(owners, key=_owner_key):
            self._by_owner.setdefault(_owner_key(owner), self._find(owner))
        self._tell_spellings()
        if roster is not None and any(
            owner.hidden and not self._by_owner[_owner_key(owner)][0].entry for owner in owners
        ):
            self.warnings.append("hand-ins without a name cannot be joined with the roster")
        self.students = self._make_students()

    def of(self, owner: Owner) -> tuple[Student, ...]:
        """Return the student of an owner; the members where it is a team that the roster knows."""
        return tuple(self._student_of[id(person)] for person in self._by_owner[_owner_key(owner)])

    def ids_of(self, owner: Owner) -> Mapping[str, str]:
        """Return the ids of an owner that are those of a student, rather than of a team."""
        return self._ids.get(_owner_key(owner), owner.ids)

    def _add(self, person: Person) -> Person:
        self._persons.append(person)
        return person

    def _find(self, owner: Owner) -> tuple[Person, ...]:
        if self._roster is not None:
            if members := self._roster.members(owner):
                self._ids[_owner_key(owner)] = {}
                return tuple(self._of_entry[entry.line] for entry in members)
            if namesake := self._roster.namesake(owner):
                self.warnings.append(
                    f"{owner.label} has the number of {namesake.name} in Moodle, but not the name: is it a team?"
                )
                self._ids[_owner_key(owner)] = {}
                owner = replace(owner, ids={kind: value for kind, value in owner.ids.items() if kind != "moodle"})
            entry, told = self._roster.find(owner)
            if entry is not None:
                person = self._of_entry[entry.line]
                clash = person.take(owner)
                if not clash:
                    return (person,)
                told = f"has another {clash} id than the one who was joined with {entry.name} already"
            if not owner.hidden:
                self.warnings.append(f"{owner.label}{_ids_words(owner.ids)} {told or self._closest(owner)}")
        return (self._without_roster(owner),)

    def _closest(self, owner: Owner) -> str:
        names = {squashed(entry.name): entry.name for entry in (self._roster.entries if self._roster else ())}
        wanted = squashed(owner.label)
        near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.7)
        near = near or [name for name in names if wanted and len(wanted) > 2 and wanted in name][:1]
        return f"is not in the roster; is it {names[near[0]]}?" if near else "is not in the roster"

    def _without_roster(self, owner: Owner) -> Person:
        label = clean_name(owner.label)
        name = _folded(label)
        by_name = not owner.ids or (owner.ids.keys() == {"moodle"} and name not in self._shared)
        key = (("", name),) if by_name else tuple(sorted(owner.ids.items()))
        if key not in self._unlisted:
            self._unlisted[key] = self._add(Person(label, {}))
        person = self._unlisted[key]
        person.take(owner)
        person.spellings.add(label)
        return person

    def _tell_spellings(self) -> None:
        for person in self._persons:
            if person.entry is None and len(person.spellings) > 1 and not person.ids:
                both = " and ".join(sorted(person.spellings))
                self.warnings.append(f"{both} were taken for one student")

    def _make_students(self) -> tuple[Student, ...]:
        keys = make_keys([(person.name, person.all_ids() or person.scoped) for person in self._persons])
        self._student_of: dict[int, Student] = {}
        for person, key in zip(self._persons, keys):
            self._student_of[id(person)] = Student(key=key, name=person.name or key, ids=person.all_ids())
        names = Counter(student.name for student in self._student_of.values())
        for name, count in sorted(names.items()):
            if count > 1:
                self.warnings.append(f"{count} students are called {name}: they are told apart by their ids")
        return tuple(sorted(self._student_of.values(), key=lambda student: student.key))


def _ids_words(ids: Mapping[str, str]) -> str:
    return f" ({', '.join(f'{kind} {value}' for kind, value in ids.items())})" if ids else ""


def _owner_key(owner: Owner) -> tuple[str, tuple[tuple[str, str], ...]]:
    return unicodedata.normalize("NFC", owner.label), tuple(sorted(owner.ids.items()))


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _shared_names(owners: Iterable[Owner]) -> frozenset[str]:
    """Return the names that several students of one assignment have."""
    numbers: dict[tuple[str, str], set[str]] = {}
    for owner in owners:
        if owner.ids.keys() == {"moodle"}:
            numbers.setdefault((owner.scope, _folded(clean_name(owner.label))), set()).add(owner.ids["moodle"])
    return frozenset(name for (_, name), found in numbers.items() if len(found) > 1)
