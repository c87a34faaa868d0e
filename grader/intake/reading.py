"""From an export to an `Intake`: layout, students, which file counts; and the files that count laid down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader.exercise import Exercise
from grader.faults import UsageError
from grader.intake.choosing import Choice, choose, share_out
from grader.intake.keeping import lay_down, safe_place
from grader.intake.layouts import AUTO, divide, nothing_fits
from grader.intake.naming import Naming
from grader.intake.parsing import parse_units
from grader.intake.parts import Archives, Part, cut, limit_of
from grader.intake.pieces import Owner, Parsed
from grader.intake.records import HandIn, Ignored, Intake, Student
from grader.intake.roster import Roster
from grader.intake.roster_file import read_roster
from grader.intake.students import People
from grader.intake.tree import Export


def read_intake(
    submissions: Path,
    exercises: Sequence[Exercise],
    keep: Path | None,
    *,
    layout: str = AUTO,
    roster: Path | None = None,
    out: Path | None = None,
) -> Intake:
    """Return what a class handed in, and lay what counts down in `keep/<student>/<exercise>/`.

    Args:
        submissions: a folder, a zip archive, or a folder of several exports.
        exercises: those that are looked for.
        keep: None writes nothing; the `path` of each hand-in is empty then.
        layout: one of `layouts.LAYOUTS`, or `auto`.
        roster: a CSV of the class.
        out: folder of the batch, `keep` by default: where it lies among the submissions, it is left out of them.

    Raises:
        UsageError: nothing can be read, no layout fits, or the roster is broken.
    """
    listed = read_roster(roster) if roster is not None else None
    naming = Naming(exercises)
    with Export(submissions.expanduser(), without=out or keep) as export:
        division = divide(export, naming, layout)
        parsed = parse_units(division, naming, export)
        if not parsed.pieces and not any(aside.owner for aside in parsed.ignored):
            raise nothing_fits(export, [item for unit in division.units for item in unit.items])
        read_as = ", ".join(dict.fromkeys(unit.layout for unit in division.units))
        return _Reading(naming, keep, listed, parsed).intake(read_as)


@dataclass
class _Account:
    """What became of each part of one student."""

    choices: dict[str, Choice] = field(default_factory=dict)
    rest: list[tuple[Part, str]] = field(default_factory=list)


class _Reading:
    """The second half of reading, once each file has an owner."""

    def __init__(self, naming: Naming, keep: Path | None, roster: Roster | None, parsed: Parsed) -> None:
        self.naming = naming
        self.keep = keep
        self.parsed = parsed
        owners = [piece.owner for piece in parsed.pieces] + [aside.owner for aside in parsed.ignored if aside.owner]
        self.people = People(owners, roster)
        self.warnings = [*parsed.warnings, *(roster.warnings if roster else ()), *self.people.warnings]
        self.ignored: dict[str, Ignored] = {}

    def intake(self, layout: str) -> Intake:
        """Return the record of all."""
        for aside in self.parsed.ignored:
            self._ignore(aside.source, aside.reason, self._key_of(aside.owner))
        hand_ins = [hand_in for student, parts in self._by_student() for hand_in in self._hand_ins(student, parts)]
        order = {name: number for number, name in enumerate(self.naming.exercises)}
        hand_ins.sort(key=lambda hand_in: (hand_in.student, order[hand_in.exercise]))
        there = {(hand_in.student, hand_in.exercise) for hand_in in hand_ins}
        counted = {source for hand_in in hand_ins for source in (*hand_in.sources, *hand_in.others)}
        ignored = (entry for source, entry in sorted(self.ignored.items()) if source not in counted)
        students = self.people.students
        return Intake(
            layout=layout,
            exercises=tuple(order),
            students=students,
            hand_ins=tuple(hand_ins),
            ignored=tuple(ignored),
            missing=tuple((s.key, name) for s in students for name in order if (s.key, name) not in there),
            warnings=tuple(dict.fromkeys(self.warnings)),
        )

    def _key_of(self, owner: Owner | None) -> str:
        students = self.people.of(owner) if owner else ()
        return students[0].key if len(students) == 1 else ""

    def _ignore(self, source: str, reason: str, student: str) -> None:
        self.ignored.setdefault(source, Ignored(source=source, reason=reason, student=student))

    def _by_student(self) -> Iterator[tuple[Student, list[Part]]]:
        """Yield each student with the parts of all that they handed in, an archive looked into when it is their turn."""
        pieces: dict[str, list[int]] = {}
        students = {student.key: student for student in self.people.students}
        archives = Archives()
        for number, piece in enumerate(self.parsed.pieces):
            for student in self.people.of(piece.owner):
                pieces.setdefault(student.key, []).append(number)
        for key in sorted(pieces):
            yield (
                students[key],
                [part for number in pieces[key] for part in cut(self.parsed.pieces[number], self.naming, archives)],
            )

    def _hand_ins(self, student: Student, parts: list[Part]) -> list[HandIn]:
        by_exercise, rest = share_out(parts, self.naming)
        account = _Account(rest=rest)
        for name, group in by_exercise.items():
            account.choices[name] = choose(group, self.naming.exercises[name], self.naming)
        paths = {name: self._keep(student, name, choice) for name, choice in account.choices.items()}
        told = _Sources(account, parts)
        for source, reason in told.ignored():
            self._ignore(source, reason, student.key)
        hand_ins: list[HandIn] = []
        if parts and not any(choice.counted for choice in account.choices.values()):
            self.warnings.append(f"{student.key}: nothing that was handed in counts, such as {parts[0].source}")
        for name, choice in account.choices.items():
            if not choice.counted:
                continue
            if choice.tie:
                self.warnings.append(f"{student.key}, {name}: {choice.tie}")
            hand_ins.append(
                HandIn(
                    student=student.key,
                    exercise=name,
                    path=paths[name],
                    sources=told.counted(name),
                    handed_in=choice.handed_in,
                    late=choice.late,
                    ids=self.people.ids_of(choice.counted[0].piece.owner),
                    why=choice.why,
                    others=told.others(name),
                    fault=choice.fault,
                )
            )
        return hand_ins

    def _keep(self, student: Student, exercise: str, choice: Choice) -> str:
        """Lay down what counts and return the folder; what cannot be read is left out and told."""
        contents: dict[PurePosixPath, bytes] = {}
        for place, part in list(choice.files.items()):
            try:
                contents[safe_place(place)] = part.read(limit_of(part))
            except UsageError as error:
                del choice.files[place]
                if part is choice.main:
                    choice.fault = f"{part.name} cannot be read: {error.cause}"
                else:
                    choice.ignored.append((part, f"it cannot be read: {error.cause}"))
        if choice.fault:
            choice.ignored += [(part, choice.fault) for part in choice.files.values() if part is not choice.main]
            choice.files = {}
        if choice.fault or not contents or self.keep is None:
            return ""
        folder = self.keep / student.key / exercise
        lay_down(folder, contents)
        return str(folder)


class _Sources:
    """Where the parts of one student stood: an archive is told as one file where all of it went the same way."""

    def __init__(self, account: _Account, parts: Iterable[Part]) -> None:
        self._account = account
        self._split: set[str] = set()
        self._whole: dict[str, str] = {}
        for bundle in {part.bundle for part in parts if part.bundle}:
            counted = [name for name, c in account.choices.items() if any(p.bundle == bundle for p in c.counted)]
            passed = [name for name, c in account.choices.items() if any(p.bundle == bundle for p in c.others)]
            if len(counted) > 1 or (not counted and len(passed) > 1):
                self._split.add(bundle)
            elif counted or passed:
                self._whole[bundle] = f"{'counted' if counted else 'others'} {(counted or passed)[0]}"
            else:
                self._whole[bundle] = "ignored"

    def counted(self, exercise: str) -> tuple[str, ...]:
        """Return where what counts for an exercise stood."""
        return self._told(self._account.choices[exercise].counted, f"counted {exercise}")

    def others(self, exercise: str) -> tuple[str, ...]:
        """Return where what was passed over stood."""
        return self._told(self._account.choices[exercise].others, f"others {exercise}")

    def ignored(self) -> Iterator[tuple[str, str]]:
        """Yield where what counts for no exercise stood, and why."""
        counted = {
            part.source for choice in self._account.choices.values() for part in (*choice.counted, *choice.others)
        }
        everything = [*self._account.rest, *(pair for c in self._account.choices.values() for pair in c.ignored)]
        for part, reason in everything:
            if part.source in counted:
                continue
            whole = part.bundle and self._whole.get(part.bundle) == "ignored"
            yield part.bundle if whole else part.source, reason

    def _told(self, parts: Iterable[Part], way: str) -> tuple[str, ...]:
        shown = (part.bundle if self._whole.get(part.bundle) == way else part.source for part in parts)
        return tuple(dict.fromkeys(shown))
