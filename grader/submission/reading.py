"""From what was handed in to the submission."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader.archive import Entry, Listing, size_limit
from grader.digests import digest
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.notebook.cells import BrokenNotebook
from grader.notebook.converting import convert_notebook
from grader.submission.choosing import choose
from grader.submission.definitions import stub_names
from grader.submission.files import check_suffix, list_folder, list_zip, mode_of, read_file, starts_with
from grader.submission.helpers import imported_siblings, left_beside, read_helpers
from grader.submission.names import clean_name, student_of
from grader.submission.text import SourceFault, decode_source, is_binary


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one exercise.

    Attributes:
        student: a guess at who it is from: the name of the folder or archive, or that of the file without its ending
            where it is not simply the exercise's own; else of the nearest folder above that says more than
            `exercise3` or `submissions`. Empty where nothing does, and in the course's own folder.
        file_name: what the student calls the file, without folders.
        source: its text with `\\n` line ends and no byte order mark; of a notebook, the code that defines things.
            Empty where there is a fault.
        helpers: the student's other Python files, by their path relative to the file's folder.
        notes: what the reader should know, such as a file found under another name.
        sha256: of the submitted files, names and bytes.
        path: what was read: a file, a folder or an archive.
    """

    student: str
    file_name: str
    source: str
    path: Path
    sha256: str
    helpers: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    fault: SourceFault | None = None


def read_submission(path: Path, exercise: Exercise, *, siblings: bool = False, follow_link: bool = True) -> Submission:
    """Return what `path` hands in for `exercise`.

    Args:
        path: a Python file under any name, a folder, a zip archive or a notebook.
        siblings: of a file, whether the Python files beside it that it imports belong to it. Only for a folder of one
            student: elsewhere they are other students' work.
        follow_link: whether `path` itself may be a symbolic link. Links inside a folder never lead out of it.

    Raises:
        UsageError: the caller's fault: nothing there, no candidate or several, an archive that cannot be used.
    """
    path = path.expanduser()
    mode = mode_of(path, follow_link)
    if stat.S_ISDIR(mode):
        return _read_listing(list_folder(path), path, exercise)
    if not stat.S_ISREG(mode):
        raise UsageError("not a regular file", where=str(path), cure="Name a file, a folder, a zip or a notebook.")
    if path.suffix.lower() == ".zip" or (path.suffix == "" and starts_with(path, b"PK\x03\x04")):
        return _read_listing(list_zip(path), path, exercise)
    check_suffix(path)
    entry = Entry(PurePosixPath(path.name), lambda: read_file(path, size_limit(PurePosixPath(path.name))))
    if path.suffix == "" and is_binary(entry.read()):
        raise UsageError("this is not a Python file", where=str(path), cure="Name a .py file, a folder or a notebook.")
    around = imported_siblings(path, exercise) if siblings else ()
    return _read_chosen(entry, around, path, exercise, notes=())


def _read_listing(listing: Listing, path: Path, exercise: Exercise) -> Submission:
    chosen, notes = choose(listing, path, exercise)
    return _read_chosen(chosen, listing.entries, path, exercise, notes)


def _read_chosen(
    chosen: Entry, around: Iterable[Entry], path: Path, exercise: Exercise, notes: tuple[str, ...]
) -> Submission:
    raw = chosen.read()
    file_name = clean_name(chosen.path.name)
    source, more_notes = _read_source(raw, file_name, exercise)
    files = {file_name: raw}
    helpers, helper_notes = read_helpers(chosen, around, path, exercise, files)
    if isinstance(source, str) and path.is_file() and not helpers and path.suffix.lower() != ".zip":
        helper_notes = (*helper_notes, *left_beside(source, path, exercise))
    return Submission(
        student=student_of(path, exercise),
        file_name=file_name,
        source=source if isinstance(source, str) else "",
        path=path,
        sha256=digest(files.items()),
        helpers=helpers,
        notes=(*notes, *more_notes, *helper_notes),
        fault=None if isinstance(source, str) else source,
    )


def _read_source(raw: bytes, file_name: str, exercise: Exercise) -> tuple[str | SourceFault, tuple[str, ...]]:
    """Return the Python text of the file, or why there is none, and notes on how it came about."""
    is_notebook = file_name.lower().endswith(".ipynb")
    text = decode_source(raw, file_name)
    if isinstance(text, SourceFault):
        return text, ()
    if not is_notebook and not _looks_like_notebook(text):
        return text, ()
    try:
        source, notes = convert_notebook(text, stub_names(exercise))
    except BrokenNotebook as error:
        return SourceFault(error.message, error.hint, error.line), ()
    return source, notes if is_notebook else (f"{file_name} is a notebook in truth and was read as one", *notes)


def _looks_like_notebook(text: str) -> bool:
    return text.lstrip()[:1] == "{" and '"cells"' in text and '"nbformat"' in text
