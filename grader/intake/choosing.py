"""Which of the files that a student handed in for an exercise count, and why: deciding only, nothing is written here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath

from grader.archive import MAX_ENTRIES, MAX_TOTAL_BYTES
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.intake.naming import Naming
from grader.intake.parts import Part, is_main, limit_of, may_be_main
from grader.submission.definitions import imported_modules
from grader.submission.names import is_test_name, without_additions


@dataclass
class Choice:
    """What counts for one student and one exercise.

    Attributes:
        files: where each file that counts is laid down, names below the hand-in's folder.
        main: the exercise's own file among them; None where only the content can tell which it is.
        fault: why nothing of it can be graded; empty where something can.
        tie: what to warn of; empty where the later version was plain.
    """

    files: dict[tuple[str, ...], Part] = field(default_factory=dict)
    main: Part | None = None
    others: list[Part] = field(default_factory=list)
    ignored: list[tuple[Part, str]] = field(default_factory=list)
    why: str = ""
    fault: str = ""
    tie: str = ""

    @property
    def counted(self) -> list[Part]:
        """The parts that count, also those of which nothing can be graded."""
        return list(self.files.values()) or ([self.main] if self.main else [])

    @property
    def late(self) -> bool | None:
        """The platform's own mark on what counts."""
        marks = [part.piece.late for part in ([self.main] if self.main else self.counted)]
        known = [mark for mark in marks if mark is not None]
        return any(known) if known else None

    @property
    def handed_in(self) -> datetime | None:
        """When the file that counts, or the last of those that do, was handed in."""
        times = [part.piece.handed_in for part in ([self.main] if self.main else self.counted)]
        return max((time for time in times if time is not None), default=None)


def share_out(parts: Sequence[Part], naming: Naming) -> tuple[dict[str, list[Part]], list[tuple[Part, str]]]:
    """Return a student's parts by exercise, and those that belong to none with the reason.

    A file whose name tells no exercise goes with the only one that there is, else with those whose files import it.
    """
    by_exercise: dict[str, list[Part]] = {}
    undecided: list[Part] = []
    rest: list[tuple[Part, str]] = []
    for part in parts:
        if part.exercise:
            by_exercise.setdefault(part.exercise, []).append(part)
        elif part.elsewhere:
            rest.append((part, f"for another exercise ({part.elsewhere})"))
        else:
            undecided.append(part)
    left = _share(undecided, by_exercise, naming.likely)
    only = next(iter(by_exercise)) if len(by_exercise) == 1 else ""
    reason = "its name tells no exercise, and no file whose name does imports it"
    for part in _share(left, by_exercise, lambda name: only):
        rest.append((part, part.fault or (reason if part.usable else _useless(part))))
    return by_exercise, rest


def _share(parts: Sequence[Part], by_exercise: dict[str, list[Part]], otherwise: Callable[[str], str]) -> list[Part]:
    """Add each file to the exercises whose files import it, else to that which `otherwise` tells of its name; return the rest."""
    wanted = {name: _wanted_by(group) for name, group in by_exercise.items()} if parts else {}
    rest: list[Part] = []
    for part in parts:
        takers = [name for name, modules in wanted.items() if part.usable and _module_of(part) in modules]
        if not takers and part.usable:
            takers = [name for name in [otherwise(part.name)] if name]
        for name in takers:
            by_exercise.setdefault(name, []).append(replace(part, exercise=name))
        if not takers:
            rest.append(part)
    return rest


def choose(parts: Sequence[Part], exercise: Exercise, naming: Naming) -> Choice:
    """Return which of the parts of one student for one exercise count."""
    choice = Choice()
    current = _latest_attempt(parts, choice)
    mains = [part for part in current if is_main(part, naming) and _not_given(part, exercise)]
    if not mains:
        mains = [part for part in current if may_be_main(part, naming) and _not_given(part, exercise)]
    usable = [part for part in current if part.usable and part not in mains and not is_test_name(part.name)]
    if not mains and len({_plain(part) for part in usable}) == 1:
        mains, usable = usable, []  # versions of one file, under a name of the student's own
    if mains:
        choice.main = _latest(mains, exercise, choice)
    superseded = {part.bundle for part in mains if part is not choice.main and part.bundle}
    if choice.main:
        superseded.discard(choice.main.bundle)
    for part in current:
        if part is choice.main or part in choice.others:
            continue
        if part in mains or (part in usable and part.bundle in superseded):
            choice.others.append(part)
        elif part in usable:
            _lay(part, choice, exercise)
        else:
            choice.ignored.append((part, _useless(part)))
    _finish(choice, exercise, parts)
    return choice


def _latest_attempt(parts: Sequence[Part], choice: Choice) -> list[Part]:
    """Return the parts of the last attempt in which anything was handed in; the others are passed over."""
    attempts = sorted({part.piece.attempt for part in parts if part.piece.attempt is not None})
    if len(attempts) < 2:
        return list(parts)
    choice.others += [part for part in parts if part.piece.attempt not in (None, attempts[-1])]
    choice.why = f"the latest of {len(attempts)} attempts"
    return [part for part in parts if part.piece.attempt in (None, attempts[-1])]


def _latest(mains: Sequence[Part], exercise: Exercise, choice: Choice) -> Part:
    """Return the latest version of the main file by the platform's mark; of equal ones the plainest, which is told."""
    if len(mains) == 1:
        choice.why = choice.why or "the only one"
        return mains[0]
    words = {part.piece.mark.words for part in mains}
    values = [part.piece.mark.value for part in mains]
    if len(words) > 1 or None in values:
        top = list(mains)
        choice.why = f"the plainest of {len(mains)}, as nothing says which is the latest"
    else:
        last = max(value for value in values if value is not None)
        top = [part for part in mains if part.piece.mark.value == last]
        choice.why = f"the latest of {len(mains)}, by {words.pop()}"
    top.sort(key=lambda part: _plainness(part, exercise))
    if len(top) > 1:
        rest = ", ".join(part.source for part in top[1:4]) + (", ..." if len(top) > 4 else "")
        if not _all_the_same(top):
            choice.tie = f"{top[0].source} counts, but {rest} is as late: nothing says which of them is the latest"
            if len(top) < len(mains):
                choice.why = f"the plainest of {len(top)} that are the latest"
            elif len(words) <= 1:
                choice.why = f"the plainest of {len(mains)}, as nothing says which is the latest"
        else:
            choice.why = f"{choice.why}; the others are the same" if len(top) < len(mains) else "all are the same"
    return top[0]


def _all_the_same(parts: Iterable[Part]) -> bool:
    try:
        return len({part.read(limit_of(part)) for part in parts}) == 1
    except UsageError:
        return False


def _plainness(part: Part, exercise: Exercise) -> tuple[bool, bool, bool, int, str]:
    name = part.piece.item.name if not part.bundle else part.name
    return (
        part.name != exercise.file,
        part.name.casefold() != exercise.file.casefold(),
        PurePosixPath(part.name).suffix.casefold() == ".ipynb",
        len(part.path),
        f"{name}\0{part.source}",
    )


def _lay(part: Part, choice: Choice, exercise: Exercise) -> None:
    """Give a file its place; of two for one place the later stays."""
    place = _place(part, choice.main)
    taken = {_folded(path): path for path in choice.files}
    before = taken.get(_folded(place))
    if before is None:
        choice.files[place] = part
        return
    old = choice.files[before]
    new_wins = (part.piece.mark.value or 0, part.source) > (old.piece.mark.value or 0, old.source)
    if choice.main is not None and (old.bundle == choice.main.bundle) != (part.bundle == choice.main.bundle):
        new_wins = part.bundle == choice.main.bundle
    if new_wins:
        del choice.files[before]
        choice.files[place] = part
    choice.others.append(old if new_wins else part)


def _folded(path: tuple[str, ...]) -> str:
    return unicodedata.normalize("NFC", "/".join(path)).casefold()


def _place(part: Part, main: Part | None) -> tuple[str, ...]:
    """Return where a file belongs beside the main one, whose folder becomes the top."""
    if main is None:
        return part.path
    above = main.path[:-1]
    if part.bundle == main.bundle and above and part.path[: len(above)] == above:
        return part.path[len(above) :]
    return part.path


def _finish(choice: Choice, exercise: Exercise, parts: Sequence[Part]) -> None:
    if choice.main is not None:
        place = (_main_name(choice.main, exercise, alone=not choice.files),)
        for path in [path for path in choice.files if _folded(path) == _folded(place)]:
            choice.others.append(choice.files.pop(path))
        choice.files = {place: choice.main, **choice.files}
    elif choice.files:
        choice.why = choice.why or f"no file is called {exercise.file}: which one is meant is told from what it defines"
    else:
        _nothing_usable(choice, parts, exercise)
    _hold_to_limits(choice)


def _main_name(part: Part, exercise: Exercise, *, alone: bool) -> str:
    """Return what the main file is called where it is laid down: its own name, unless another file could be taken for it."""
    suffix = PurePosixPath(part.name).suffix.casefold()
    if suffix == ".ipynb":
        return f"{PurePosixPath(exercise.file).stem}.ipynb"
    if (
        is_form := without_additions(PurePosixPath(part.name).stem.casefold())
        == PurePosixPath(exercise.file).stem.casefold()
    ):
        return exercise.file
    if suffix == ".txt":
        return exercise.file
    return part.name if alone and not is_form and suffix in (".py", ".pyw", ".py3") else exercise.file


def _nothing_usable(choice: Choice, parts: Sequence[Part], exercise: Exercise) -> None:
    """Choose what stands for a hand-in of which nothing can be graded: it was handed in, which is not nothing."""
    candidates = [part for part, _ in choice.ignored if part.fault] or [part for part, _ in choice.ignored]
    if not candidates:
        return
    newest = max(candidates, key=lambda part: (part.piece.mark.value or 0, part.source))
    choice.ignored = [(part, reason) for part, reason in choice.ignored if part is not newest]
    choice.main = newest
    choice.fault = newest.fault or f"only {newest.name} was handed in: {_useless(newest)}"
    choice.why = choice.why or "nothing else was handed in"


def _hold_to_limits(choice: Choice) -> None:
    """Leave out what a submission may not have: too many files, too many bytes; the main file comes first."""
    left = MAX_TOTAL_BYTES
    for number, (place, part) in enumerate(list(choice.files.items())):
        left -= min(part.size, limit_of(part))
        if number >= MAX_ENTRIES or left < 0:
            del choice.files[place]
            choice.ignored.append((part, "more than a submission may hold"))


def _useless(part: Part) -> str:
    if part.fault:
        return part.fault
    return "tests are the course's own" if is_test_name(part.name) else "no Python file, notebook or zip archive"


def _not_given(part: Part, exercise: Exercise) -> bool:
    return part.name not in exercise.given


def _plain(part: Part) -> str:
    return without_additions(PurePosixPath(part.name).stem.casefold())


def _module_of(part: Part) -> str:
    return PurePosixPath(part.path[0]).stem if len(part.path) == 1 else part.path[-2]


def _wanted_by(parts: Sequence[Part]) -> set[str]:
    """Return what the Python files of an exercise import."""
    names: set[str] = set()
    for part in parts:
        if part.usable and part.name.endswith(".py"):
            try:
                names |= imported_modules(part.read(limit_of(part)))
            except UsageError:
                continue  # it is told where it is laid down
    return names
