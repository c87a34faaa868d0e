"""Which file of a folder or an archive is the one that was handed in.

The rules, in this order: the exercise's own name, the shallowest first; the same name in other case; the same name as a
download renames it (`calculator (1).py`); the only Python file; the only one that defines a name of the stub; where there
is no Python file, a notebook by the same rules. Suites, given files, hidden files and virtual environments never count.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from grader.archive import Entry, Listing
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.submission.definitions import names_defined, stub_names
from grader.submission.names import is_python, is_test_name, plain_stem


def choose(listing: Listing, path: Path, exercise: Exercise) -> tuple[Entry, tuple[str, ...]]:
    """Return the file of a listing that is meant, and notes on how it was found.

    Raises:
        UsageError: there is none, or there are several.
    """
    entries = [entry for entry in listing.entries if not _belongs_to_course(entry.path, exercise)]
    sources = [entry for entry in entries if is_python(entry.path.name)]
    notebooks = [entry for entry in entries if entry.path.suffix.lower() == ".ipynb"]
    nameless = [entry for entry in entries if entry.path.name == Path(exercise.file).stem]
    for candidates in (sources, notebooks, nameless):
        if candidates:
            chosen, note = _pick(candidates, path, exercise)
            return chosen, (*listing.notes, *note)
    raise _nothing_found(listing, path, exercise)


def _belongs_to_course(path: PurePosixPath, exercise: Exercise) -> bool:
    """Say whether the file is a suite or a given file: never the student's own."""
    return path.name != exercise.file and (is_test_name(path.name) or path.name in exercise.given)


def _nothing_found(listing: Listing, path: Path, exercise: Exercise) -> UsageError:
    kind = "zip archive" if path.is_file() else "folder"
    seen = [*(str(entry.path) for entry in listing.entries), *listing.others]
    if not seen:
        return UsageError(f"the {kind} is empty", where=str(path), cure=f"Put {exercise.file} into it.")
    shown = ", ".join(seen[:5]) + (", ..." if len(seen) > 5 else "")
    return UsageError(
        f"the {kind} holds no Python file of the student's, only {shown}",
        where=str(path),
        cure=f"Put {exercise.file} into it.",
    )


def _pick(candidates: Sequence[Entry], path: Path, exercise: Exercise) -> tuple[Entry, tuple[str, ...]]:
    """Return the one file that is meant, and a note where that is not plain from its name."""
    wanted = PurePosixPath(exercise.file)
    exact = [
        entry
        for entry in candidates
        if PurePosixPath(entry.path.name).stem == wanted.stem and entry.path.suffix in (wanted.suffix, ".ipynb", "")
    ]
    if exact:
        chosen = _shallowest(exact, path, exercise)
        twins = [
            entry
            for entry in candidates
            if entry is not chosen and (entry in exact or plain_stem(entry.path) == wanted.stem.casefold())
        ]
        return chosen, tuple(f"{entry.path} was not looked at: {chosen.path} was graded" for entry in twins)
    for alike in (
        [entry for entry in candidates if entry.path.name.casefold() == exercise.file.casefold()],
        [entry for entry in candidates if plain_stem(entry.path) == wanted.stem.casefold()],
        candidates if len(candidates) == 1 else _defining(candidates, exercise),
    ):
        if alike:
            chosen = _shallowest(alike, path, exercise)
            note = f"{chosen.path} was graded: no file is called {exercise.file}"
            return chosen, () if chosen.path.suffix.lower() == ".ipynb" and len(candidates) == 1 else (note,)
    raise _several(candidates, path)


def _shallowest(entries: Sequence[Entry], path: Path, exercise: Exercise) -> Entry:
    """Return the entry nearest to the top, of several there the one in a folder called like the exercise."""
    depth = min(len(entry.path.parts) for entry in entries)
    top = [entry for entry in entries if len(entry.path.parts) == depth]
    named = [entry for entry in top if entry.path.parent.name == exercise.name]
    if len(top) > 1 and len(named) != 1:
        raise _several(top, path)
    return (named if len(top) > 1 else top)[0]


def _several(entries: Sequence[Entry], path: Path) -> UsageError:
    names = sorted(str(entry.path) for entry in entries)
    shown = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) <= 5 else f"{', '.join(names[:5])}, ..."
    cure = "Leave one of them in it." if path.is_file() else f"Name the one that is meant: {path / names[0]}"
    return UsageError(f"several files could be meant: {shown}", where=str(path), cure=cure)


def _defining(candidates: Sequence[Entry], exercise: Exercise) -> list[Entry]:
    """Return the candidates that define a name of the stub, where that is but one."""
    wanted = stub_names(exercise)
    if any(entry.path.suffix.lower() == ".ipynb" for entry in candidates) or len(candidates) > 100:
        return []
    found = [entry for entry in candidates if wanted & names_defined(read_if_possible(entry))]
    return found if len(found) == 1 else []


def read_if_possible(entry: Entry) -> bytes:
    """Return what is in a file; nothing where it cannot be read."""
    try:
        return entry.read()
    except UsageError:
        return b""
