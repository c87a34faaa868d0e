"""Submissions: the student's file out of whatever was handed in, a file, a folder, a zip archive or a notebook.

Two faults are kept apart. What is wrong with the student's file itself (its encoding, its size) is a `SourceFault`
that the report shows; what the caller named wrongly (no such path, two candidates, a broken archive) is a UsageError.

The file is chosen by these rules, in this order: the exercise's own name, the shallowest first; the same name in other
case; the same name as a download renames it (`calculator (1).py`); the only Python file; the only one that
defines a name of the stub; where there is no Python file, a notebook by the same rules. Suites, given files, hidden
files and virtual environments never count.
"""

from __future__ import annotations

import ast
import codecs
import os
import re
import stat
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from grader.archive import (
    MAX_ENTRIES,
    MAX_SOURCE_BYTES,
    MAX_TOTAL_BYTES,
    SOURCE_SUFFIXES,
    Entry,
    Listing,
    is_ignored_name,
    is_source_name,
    read_zip,
    size_limit,
)
from grader.course import Exercise, digest
from grader.faults import UsageError
from grader.notebook.cells import BrokenNotebook
from grader.notebook.converting import convert_notebook
from grader.toml_file import closest_name

MAX_DEPTH = 3
MAX_ZIP_BYTES = 500_000_000
_MAX_VISITED = 20_000


@dataclass(frozen=True)
class SourceFault:
    """Why the student's file cannot be read as Python at all: the student's fault, shown as feedback.

    Attributes:
        line: number of the line that it is about, counted from 1; 0 where it is about the whole file.
    """

    message: str
    hint: str
    line: int = 0


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
    mode = _mode_of(path, follow_link)
    if stat.S_ISDIR(mode):
        return _choose(_list_folder(path), path, exercise)
    if not stat.S_ISREG(mode):
        raise UsageError("not a regular file", where=str(path), cure="Name a file, a folder, a zip or a notebook.")
    if path.suffix.lower() == ".zip" or (path.suffix == "" and _starts_with(path, b"PK\x03\x04")):
        return _choose(_list_zip(path), path, exercise)
    _check_suffix(path)
    entry = Entry(PurePosixPath(path.name), lambda: read_file(path, size_limit(PurePosixPath(path.name))))
    if path.suffix == "" and _is_binary(entry.read()):
        raise UsageError("this is not a Python file", where=str(path), cure="Name a .py file, a folder or a notebook.")
    around = _siblings(path, exercise) if siblings else ()
    return _read_chosen(entry, around, path, exercise, notes=())


def read_file(path: Path, limit: int) -> bytes:
    """Return at most `limit + 1` bytes of a regular file; a pipe, a device and the like are refused without waiting."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise UsageError("not a regular file", where=str(path), cure="Name the file itself.")
        descriptor = os.open(path, flags)
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UsageError("not a regular file", where=str(path), cure="Name the file itself.")
            return stream.read(limit + 1)
    except OSError as error:
        raise _unreadable(path, error) from error


# ---------------------------------------------------------------------------------------------------------------------
# What lies there


def _mode_of(path: Path, follow_link: bool) -> int:
    """Return the mode of what the caller named; a UsageError suggests the closest name where nothing is there."""
    try:
        mode = path.stat().st_mode if follow_link else path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        if path.is_symlink():
            raise UsageError("the link leads nowhere", where=str(path), cure="Name the file itself.") from error
        closest = closest_name(path.name, _names_in(path.parent))
        cure = f"Did you mean {path.parent / closest}?" if closest else "Check the path."
        raise UsageError(f"{path.name or str(path)!r} does not exist", where=str(path), cure=cure) from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if stat.S_ISLNK(mode):
        raise UsageError("a symbolic link is no submission", where=str(path), cure="Hand in the file itself.")
    return mode


def _names_in(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as found:
            return [item.name for item, _ in zip(found, range(1000), strict=False)]
    except OSError:
        return []


def _unreadable(path: Path, error: Exception) -> UsageError:
    reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
    return UsageError(
        f"cannot be read: {reason[:1].lower()}{reason[1:]}", where=str(path), cure="Check the path and its permissions."
    )


def _starts_with(path: Path, magic: bytes) -> bool:
    return read_file(path, len(magic)).startswith(magic)


def _check_suffix(path: Path) -> None:
    suffix = path.suffix.lower()
    if suffix in (".tar", ".gz", ".tgz", ".bz2", ".xz", ".rar", ".7z"):
        raise UsageError(f"{suffix} archives are not read", where=str(path), cure="Pack the files as a zip archive.")
    if suffix not in (*SOURCE_SUFFIXES, ".txt", ".ipynb", ""):
        raise UsageError(
            f"a {suffix} file is no Python source",
            where=str(path),
            cure="Name a .py file, a folder, a zip archive or a notebook.",
        )


def _list_zip(path: Path) -> Listing:
    try:
        with path.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size > MAX_ZIP_BYTES:
                raise UsageError("the zip archive is too large", where=str(path), cure="Pack only the Python files.")
            return read_zip(stream, str(path))
    except OSError as error:
        raise _unreadable(path, error) from error


def _list_folder(root: Path) -> Listing:
    """Return the files of the folder, the shallowest first; it stops at a depth and at a number of files."""
    entries: list[Entry] = []
    others: list[str] = []
    notes: list[str] = []
    level = [root]
    visited = 0
    for depth in range(MAX_DEPTH + 1):
        folders: list[Path] = []
        for folder in level:
            for item in _scan(folder, required=depth == 0):
                visited += 1
                path = Path(item.path)
                relative = PurePosixPath(path.relative_to(root).as_posix())
                if is_ignored_name(item.name):
                    continue
                if item.is_dir(follow_symlinks=False):
                    folders.append(path)
                elif is_source_name(item.name) or "." not in item.name:
                    entries.append(Entry(relative, _reader(path, root)))
                else:
                    others.append(str(relative))
                if visited >= _MAX_VISITED:
                    notes.append(f"only the first {_MAX_VISITED} files of the folder were looked at")
                    return Listing(tuple(entries), tuple(others), tuple(notes))
        level = folders
    others += [f"{folder.relative_to(root).as_posix()}/" for folder in level]
    return Listing(tuple(entries), tuple(others), tuple(notes))


def _scan(folder: Path, *, required: bool) -> list[os.DirEntry[str]]:
    """Return what the folder holds, by name; below the top nothing of a virtual environment or where it may not."""
    try:
        with os.scandir(folder) as found:
            items = sorted((item for item, _ in zip(found, range(_MAX_VISITED), strict=False)), key=lambda i: i.name)
    except OSError as error:
        if required:
            raise _unreadable(folder, error) from error
        return []
    return [] if not required and any(item.name == "pyvenv.cfg" for item in items) else items


def _reader(path: Path, root: Path) -> Callable[[], bytes]:
    """Return how to read a file of a student's folder: a link that leads out of the folder is refused."""

    def read() -> bytes:
        if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
            raise UsageError(
                f"{path.name} is a link that leads out of the folder",
                where=str(path),
                cure="Put the file itself into the folder.",
            )
        return read_file(path, size_limit(PurePosixPath(path.name)))

    return read


# ---------------------------------------------------------------------------------------------------------------------
# Which file it is


def _choose(listing: Listing, path: Path, exercise: Exercise) -> Submission:
    entries = [entry for entry in listing.entries if not _belongs_to_course(entry.path, exercise)]
    sources = [entry for entry in entries if _is_python(entry.path.name)]
    notebooks = [entry for entry in entries if entry.path.suffix.lower() == ".ipynb"]
    nameless = [entry for entry in entries if entry.path.name == Path(exercise.file).stem]
    for candidates in (sources, notebooks, nameless):
        if candidates:
            chosen, note = _pick(candidates, path, exercise)
            notes = (*listing.notes, *note)
            return _read_chosen(chosen, listing.entries, path, exercise, notes)
    raise _nothing_found(listing, path, exercise)


def _is_python(name: str) -> bool:
    return name.lower().endswith((*SOURCE_SUFFIXES, ".py.txt"))


def is_test_name(name: str) -> bool:
    """Say whether pytest would take a file of this name for tests."""
    return name == "conftest.py" or (name.endswith(".py") and name.startswith("test_")) or name.endswith("_test.py")


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


_ADDED = re.compile(
    r"(?:\s*\(\d+\)|[-_ ]\d{1,3}|-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[-_ ](?:copy|final|solution|kopie))$"
)


def without_additions(stem: str) -> str:
    """Return the stem without what browsers, platforms and students add: `calculator (1)`, `calculator-2`."""
    while True:
        shorter = _ADDED.sub("", stem).rstrip(" -_")
        if shorter == stem or not shorter:
            return stem
        stem = shorter


def plain_stem(path: PurePosixPath) -> str:
    """Return the file's name in small letters, without endings and without what downloads add to it."""
    return without_additions(path.name.casefold().split(".")[0])


def _defining(candidates: Sequence[Entry], exercise: Exercise) -> list[Entry]:
    """Return the candidates that define a name of the stub, where that is but one."""
    wanted = stub_names(exercise)
    if any(entry.path.suffix.lower() == ".ipynb" for entry in candidates) or len(candidates) > 100:
        return []
    found = [entry for entry in candidates if wanted & _names_defined(_read_if_possible(entry))]
    return found if len(found) == 1 else []


def _read_if_possible(entry: Entry) -> bytes:
    try:
        return entry.read()
    except UsageError:
        return b""


def stub_names(exercise: Exercise) -> frozenset[str]:
    """Return the names that the stub defines: what the exercise asks for."""
    try:
        return _names_defined(read_file(exercise.stub, MAX_SOURCE_BYTES))
    except UsageError:
        return frozenset()


def _names_defined(raw: bytes) -> frozenset[str]:
    source = decode_source(raw, "")
    if isinstance(source, SourceFault):
        return frozenset()
    tree = _parse(source)
    names: set[str] = set()
    for statement in tree.body if tree else ():
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            names.add(statement.name)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            names |= {
                node.id
                for node in ast.walk(statement)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
    return frozenset(names)


def _parse(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


# ---------------------------------------------------------------------------------------------------------------------
# From the chosen file to the submission


def _read_chosen(
    chosen: Entry, around: Iterable[Entry], path: Path, exercise: Exercise, notes: tuple[str, ...]
) -> Submission:
    raw = chosen.read()
    file_name = clean_name(chosen.path.name)
    source, more_notes = _read_source(raw, file_name, exercise)
    files = {file_name: raw}
    helpers, helper_notes = _read_helpers(chosen, around, path, exercise, files)
    if isinstance(source, str) and path.is_file() and not helpers and path.suffix.lower() != ".zip":
        helper_notes = (*helper_notes, *_left_beside(source, path, exercise))
    return Submission(
        student=_student_of(path, exercise),
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


def _read_helpers(
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
            helpers[_clean_path(relative)] = text
            files[_clean_path(relative)] = raw
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


def _siblings(path: Path, exercise: Exercise) -> tuple[Entry, ...]:
    """Return the files beside `path` that it imports, directly or through one another."""
    listing = _list_folder(path.parent)
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
                    waiting.append(imported_modules(_read_if_possible(entry)))
    return tuple(found.values())


def imported_modules(raw: bytes) -> frozenset[str]:
    """Return the names of the modules, up to the first dot, that the source imports anywhere."""
    source = decode_source(raw, "")
    tree = _parse(source) if isinstance(source, str) else None
    names: set[str] = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or "", *(alias.name for alias in node.names if node.level)}
    return frozenset(name.split(".")[0] for name in names if name)


def _left_beside(source: str, path: Path, exercise: Exercise) -> Iterator[str]:
    """Give a note for each file beside a lone one that it imports and that is therefore missed."""
    for module in sorted(imported_modules(source.encode("utf-8", "replace"))):
        beside = path.parent / f"{module}.py"
        if beside.name != path.name and _may_help(PurePosixPath(beside.name), exercise) and beside.is_file():
            yield f"{beside.name} lies beside it but was not handed in: name the folder to hand in both"


_GENERIC = frozenset({"exercises", "exercise", "submission", "submissions", "solution", "solutions", "src", "code"})


def _student_of(path: Path, exercise: Exercise) -> str:
    """Return the name nearest to the file that may be somebody's; see `Submission.student`."""
    whole = Path(os.path.abspath(path))
    if exercise.folder.resolve() in (whole.resolve(), whole.resolve().parent):
        return ""
    names = [whole.name if whole.is_dir() else whole.name.split(".")[0], *(parent.name for parent in whole.parents)]
    generic = _GENERIC | {exercise.name.casefold(), Path(exercise.file).stem.casefold()}
    for name in names[:4]:
        if name and generic.isdisjoint((name.casefold(), without_additions(name.casefold()))):
            return clean_name(name)
    return ""


def clean_name(name: str) -> str:
    """Return the name as text that can be shown and written anywhere: no control characters, no broken ones."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    shown = "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char for char in text)
    return unicodedata.normalize("NFC", shown)


def _clean_path(path: PurePosixPath) -> str:
    return "/".join(clean_name(part) for part in path.parts)


# ---------------------------------------------------------------------------------------------------------------------
# From bytes to text

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_KINDS = (
    (b"PK\x03\x04", "a zip archive (or a Word document)"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "a Word document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
)
# Encodings that a first line such as `# coding: latin-1` may name. Others are refused: some take minutes to decode.
_ENCODINGS = re.compile(
    r"utf_?8(_sig)?|ascii|iso8859_\d+|cp\d+|mac_\w+|koi8_[rut]|gb2312|gbk|gb18030|big5(hkscs)?|shift_jis\w*|euc_\w+|hz"
)
_SAVE_AS_UTF8 = "Save the file as UTF-8: most editors offer it under `Save with encoding`."


def decode_source(raw: bytes, file_name: str, *, may_be_empty: bool = False) -> str | SourceFault:
    """Return the text of a source file as Python would read it, or what is wrong with it, in words.

    A first line that declares an encoding holds, as it does for Python. Line ends become `\\n`.
    """
    is_notebook = file_name.lower().endswith(".ipynb")
    limit = size_limit(PurePosixPath(file_name))
    if len(raw) > limit:
        return SourceFault(
            f"the file is larger than {limit // 1_000_000} MB",
            "A solution has a few kB: is this the right file? Data belongs into files of its own.",
        )
    if not raw.strip(b" \t\r\n\f\xef\xbb\xbf") and not may_be_empty:
        return SourceFault("the file is empty", "Save the file in the editor, then try again.")
    fault = _foreign_kind(raw) or _wide_encoding(raw)
    if fault is not None:
        return fault
    encoding = "utf-8" if is_notebook else _declared_encoding(raw)
    if isinstance(encoding, SourceFault):
        return encoding
    try:
        text = raw.removeprefix(codecs.BOM_UTF8).decode(encoding)
    except UnicodeError as error:
        return _undecodable(raw.removeprefix(codecs.BOM_UTF8), encoding, error)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return SourceFault(
            f"the file holds a NUL byte in line {line}: it is damaged, or no text file",
            "Copy the code into a new file and save that.",
            line,
        )
    return text


def _is_binary(raw: bytes) -> bool:
    return _foreign_kind(raw) is not None or (b"\0" in raw and _wide_encoding(raw) is None)


def _foreign_kind(raw: bytes) -> SourceFault | None:
    kind = next((kind for magic, kind in _KINDS if raw.startswith(magic)), "")
    if not kind and re.match(rb"\s*<(!doctype html|html|\?xml)\b", raw[:200], re.IGNORECASE):
        kind = "a web page"
    if not kind:
        return None
    return SourceFault(f"the file is {kind}, not Python source", "Hand in the .py file itself.")


def _wide_encoding(raw: bytes) -> SourceFault | None:
    """Return a fault where the text is UTF-16 or UTF-32, told by its mark or by NULs in every other place."""
    name = next((name for mark, name in _MARKS if raw.startswith(mark)), "")
    head = raw[:2000]
    if not name and len(head) >= 8:
        halves = [head[start::2].count(0) / len(head[start::2]) for start in (0, 1)]
        if max(halves) > 0.7:
            name = "UTF-32" if min(halves) > 0.4 else "UTF-16"
    return SourceFault(f"the file is saved as {name}, which Python does not read", _SAVE_AS_UTF8) if name else None


_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK_OR_COMMENT = re.compile(rb"[ \t\f]*(?:#.*)?")


def _declared_encoding(raw: bytes) -> str | SourceFault:
    """Return the encoding that the first or second line declares (PEP 263), UTF-8 where none does."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", 2)[:2]
    cookie = _COOKIE.match(lines[0])
    if cookie is None and len(lines) > 1 and _BLANK_OR_COMMENT.fullmatch(lines[0]):
        cookie = _COOKIE.match(lines[1])
    if cookie is None or raw.startswith(codecs.BOM_UTF8):
        return "utf-8"
    name = cookie[1].decode("ascii", "replace")
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        codec = ""
    if not _ENCODINGS.fullmatch(codec.replace("-", "_")):
        return SourceFault(
            f"the first lines declare the encoding {name[:40]!r}, in which no source can be written",
            "Remove the line with `coding`, and save the file as UTF-8.",
            1,
        )
    return codec


def _undecodable(raw: bytes, encoding: str, error: UnicodeError) -> SourceFault:
    """Return the fault of a byte that the encoding does not know, with its line and, as a guess, the character."""
    start = error.start if isinstance(error, UnicodeDecodeError) else 0
    line = raw[:start].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    guess = raw[start : start + 1].decode("cp1252", "replace")
    named = f" ({guess!r} as Windows or Latin-1 writes it?)" if guess.isprintable() and guess != "\ufffd" else ""
    name = "UTF-8" if encoding in ("utf-8", "utf_8") else encoding
    return SourceFault(f"line {line} holds a byte that is not {name}{named}", _SAVE_AS_UTF8, line)
