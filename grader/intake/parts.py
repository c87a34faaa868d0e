"""Pieces cut to what one exercise takes: students' archives looked into, and the exercise of each file told by its names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from grader.archive import Entry, is_source_name, read_zip, size_limit
from grader.faults import UsageError
from grader.intake.naming import Naming, is_form_of
from grader.intake.pieces import Piece
from grader.intake.tree import archive_of
from grader.submission.names import is_test_name

_MAX_HELD = 3
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".rar", ".7z")


@dataclass(frozen=True)
class Part:
    """A file that a submission may consist of.

    Attributes:
        path: names below what the student handed in; in an archive below its root.
        size: in bytes.
        bundle: the archive that it stands in; empty outside of one.
        exercise: empty where no name tells.
        elsewhere: the exercise that its folder is for, where that is not the one that the hand-in is for.
        fault: why nothing can be read of it.
    """

    piece: Piece
    path: tuple[str, ...]
    read: Callable[[int], bytes] = field(compare=False, repr=False)
    size: int
    bundle: str = ""
    exercise: str = ""
    elsewhere: str = ""
    fault: str = ""

    @property
    def name(self) -> str:
        """Its name without folders."""
        return self.path[-1]

    @property
    def source(self) -> str:
        """Where it stands in the export."""
        return f"{self.bundle}/{'/'.join(self.path)}" if self.bundle else self.piece.item.source

    @property
    def usable(self) -> bool:
        """Whether a submission can be read from a file of its name."""
        return not self.fault and is_source_name(self.name)


class Archives:
    """The students' archives that were looked into last; the contents of a class's are never held together."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[Entry, ...]] = {}

    def entries(self, piece: Piece) -> tuple[Entry, ...]:
        """Return the files of an archive that a submission may consist of.

        Raises:
            UsageError: it cannot be used.
        """
        where = piece.item.source
        if where not in self._held:
            found = read_zip(archive_of(piece.item), where).entries
            if len(self._held) >= _MAX_HELD:
                del self._held[next(iter(self._held))]
            self._held[where] = found
        return self._held[where]


def cut(piece: Piece, naming: Naming, archives: Archives) -> tuple[Part, ...]:
    """Return the parts of a piece: itself, or what its archive holds."""
    if is_archive(piece.path[-1]):
        return tuple(_in_archive(piece, naming, archives))
    part = Part(piece, piece.path, piece.item.read, piece.item.size)
    return (_with_exercise(part, naming, piece.path),)


def is_archive(name: str) -> bool:
    """Say whether a file of this name is packed."""
    return PurePosixPath(name).suffix.casefold() in ARCHIVES


def _in_archive(piece: Piece, naming: Naming, archives: Archives) -> Iterator[Part]:
    name = piece.path[-1]
    where = piece.item.source
    broken = Part(piece, piece.path, piece.item.read, piece.item.size)
    if PurePosixPath(name).suffix.casefold() != ".zip":
        fault = f"{name} is packed in a way that is not read: it has to be a zip archive"
        yield _with_exercise(_faulty(broken, fault), naming, piece.path)
        return
    try:
        entries = archives.entries(piece)
    except UsageError as error:
        yield _with_exercise(_faulty(broken, f"{name}: {error.cause}"), naming, piece.path)
        return
    if not entries:
        yield _with_exercise(_faulty(broken, f"{name} holds no Python file or notebook"), naming, piece.path)
    for entry in entries:
        part = Part(piece, entry.path.parts, _reader(piece, entry.path, archives), len(entry.read()), where)
        yield _with_exercise(part, naming, (*piece.path, *entry.path.parts))


def _reader(piece: Piece, path: PurePosixPath, archives: Archives) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        for entry in archives.entries(piece):
            if entry.path == path:
                return entry.read()[:limit]
        raise UsageError("it is no longer in the archive", where=piece.item.source, cure="Run it again.")

    return read


def _faulty(part: Part, fault: str) -> Part:
    return replace(part, fault=fault)


def _with_exercise(part: Part, naming: Naming, names: tuple[str, ...]) -> Part:
    exercise, elsewhere = _exercise_of(part, naming, names)
    return replace(part, exercise=exercise, elsewhere=elsewhere)


def _exercise_of(part: Part, naming: Naming, names: tuple[str, ...]) -> tuple[str, str]:
    """Return which exercise the names tell, nearest first, and which other one where they contradict what is known."""
    folder = ""
    for name in reversed(names[:-1]):
        named = naming.named(PurePosixPath(name).stem if is_archive(name) else name)
        by_file = naming.by_file(name) if is_archive(name) else None
        if named is not None or by_file is not None:
            folder = named.exercise if named is not None else by_file.name if by_file else ""
            break
    given = part.piece.exercise
    if given:
        return (given, "") if folder in ("", given) else ("", folder)
    if folder:
        return (folder, "") if folder in naming.exercises else ("", folder)
    by_file = naming.by_file(part.name)
    if by_file is not None:
        return by_file.name, ""
    named = naming.named(PurePosixPath(part.name).stem)
    if named is not None and not is_test_name(part.name):
        return (named.exercise, "") if named.known else ("", named.exercise)
    if len(naming.exercises) == 1:
        return next(iter(naming.exercises)), ""
    return "", ""


def is_main(part: Part, naming: Naming) -> bool:
    """Say whether a part is the exercise's own file by its name."""
    if part.exercise not in naming.exercises or part.fault:
        return False
    # The exercise's own name makes Python source of a text file, and of one without an ending.
    if is_form_of(part.name, naming.exercises[part.exercise]):
        return part.usable or PurePosixPath(part.name).suffix.casefold() in ("", ".txt")
    if not part.usable:
        return False
    named = naming.named(PurePosixPath(part.name).stem)
    return named is not None and named.exercise == part.exercise and named.alone


def may_be_main(part: Part, naming: Naming) -> bool:
    """Say whether a part has the name of the exercise, or of its file, among other words: `ada_calculator_v2.py`."""
    if not part.usable or is_test_name(part.name):
        return False
    named = naming.named(PurePosixPath(part.name).stem)
    return naming.likely(part.name) == part.exercise or (named is not None and named.exercise == part.exercise)


def limit_of(part: Part) -> int:
    """Return how many bytes of a file are kept: one more than it may have, which tells that it has too many."""
    return size_limit(PurePosixPath(part.name)) + 1
