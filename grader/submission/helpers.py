"""The other Python files of a submission: which of them come along, and what is said of those that do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from grader.archive import MAX_ENTRIES, MAX_SOURCE_BYTES, MAX_TOTAL_BYTES, Entry, size_limit
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.submission.choosing import read_if_possible
from grader.submission.definitions import imported_modules
from grader.submission.files import list_folder, read_file
from grader.submission.names import clean_path, is_test_name
from grader.submission.text import SourceFault, decode_source


def read_helpers(
    chosen: Entry, around: Iterable[Entry], path: Path, exercise: Exercise, files: dict[str, bytes]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the other files below the folder of the chosen one, and put their bytes into `files`."""
    base = chosen.path.parent
    helpers: dict[str, str] = {}
    notes: list[str] = []
    left = MAX_TOTAL_BYTES
    for entry in around:
        if entry is chosen or entry.path == chosen.path or not entry.path.is_relative_to(base):
            continue
        relative = entry.path.relative_to(base)
        if _is_given(relative, exercise):
            notes.extend(_changed_given(entry, exercise))
        elif _may_help(relative, exercise):
            raw = _read_helper(entry, notes)
            text = decode_source(raw, relative.name, may_be_empty=True) if raw is not None else None
            if raw is None or text is None:
                continue
            if isinstance(text, SourceFault):
                notes.append(f"{relative} was left out: {text.message}")
                continue
            left -= len(raw)
            if left < 0 or len(helpers) >= MAX_ENTRIES:
                raise UsageError(
                    "too many Python files lie beside the exercise's own", where=str(path), cure="Name the file itself."
                )
            helpers[clean_path(relative)] = text
            files[clean_path(relative)] = raw
    return helpers, tuple(notes)


def _read_helper(entry: Entry, notes: list[str]) -> bytes | None:
    try:
        return entry.read()
    except UsageError as error:
        notes.append(f"{entry.path} was left out: {error.cause}")
        return None


def _may_help(relative: PurePosixPath, exercise: Exercise) -> bool:
    """Say whether the file can be imported by the student's without taking the place of another one."""
    if relative.suffix != ".py" or is_test_name(relative.name):
        return False
    taken = {Path(name).stem.casefold() for name in (exercise.file, *exercise.given)}
    top = relative.parts[0] if len(relative.parts) > 1 else relative.stem
    return top.casefold() not in taken and all(part.isidentifier() for part in (*relative.parts[:-1], relative.stem))


def _is_given(relative: PurePosixPath, exercise: Exercise) -> bool:
    return len(relative.parts) == 1 and relative.name in exercise.given


def _changed_given(entry: Entry, exercise: Exercise) -> Iterator[str]:
    """Give a note where the student changed a given file: the original is what runs."""
    original = read_file(exercise.folder / entry.path.name, MAX_SOURCE_BYTES)
    try:
        same = entry.read().split() == original.split()
    except UsageError:
        same = False
    if not same:
        yield f"{entry.path.name} is given: the course's own is used, not the changed one"


def imported_siblings(path: Path, exercise: Exercise) -> tuple[Entry, ...]:
    """Return the files beside `path` that it imports, directly or through one another."""
    listing = list_folder(path.parent)
    by_module: dict[str, list[Entry]] = {}
    for entry in listing.entries:
        top = entry.path.parts[0] if len(entry.path.parts) > 1 else entry.path.stem
        if entry.path.suffix == ".py" and entry.path.name != path.name:
            by_module.setdefault(top, []).append(entry)
    found: dict[PurePosixPath, Entry] = {}
    waiting = [imported_modules(read_file(path, size_limit(PurePosixPath(path.name))))]
    while waiting:
        for module in waiting.pop():
            for entry in by_module.pop(module, ()):
                found[entry.path] = entry
                if _may_help(entry.path, exercise):
                    waiting.append(imported_modules(read_if_possible(entry)))
    return tuple(found.values())


def left_beside(source: str, path: Path, exercise: Exercise) -> Iterator[str]:
    """Give a note for each file beside a lone one that it imports and that is therefore missed."""
    for module in sorted(imported_modules(source.encode("utf-8", "replace"))):
        beside = path.parent / f"{module}.py"
        if beside.name != path.name and _may_help(PurePosixPath(beside.name), exercise) and beside.is_file():
            yield f"{beside.name} lies beside it but was not handed in: name the folder to hand in both"
