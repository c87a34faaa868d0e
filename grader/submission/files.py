"""What lies at the path that was handed in: the files of a folder or of a zip archive, read within bounds."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from grader.archive import SOURCE_SUFFIXES, Entry, Listing, is_ignored_name, is_source_name, read_zip, size_limit
from grader.faults import UsageError
from grader.toml_file import closest_name

MAX_DEPTH = 3
MAX_ZIP_BYTES = 500_000_000
_MAX_VISITED = 20_000


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


def mode_of(path: Path, follow_link: bool) -> int:
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


def starts_with(path: Path, magic: bytes) -> bool:
    return read_file(path, len(magic)).startswith(magic)


def check_suffix(path: Path) -> None:
    suffix = path.suffix.lower()
    if suffix in (".tar", ".gz", ".tgz", ".bz2", ".xz", ".rar", ".7z"):
        raise UsageError(f"{suffix} archives are not read", where=str(path), cure="Pack the files as a zip archive.")
    if suffix not in (*SOURCE_SUFFIXES, ".txt", ".ipynb", ""):
        raise UsageError(
            f"a {suffix} file is no Python source",
            where=str(path),
            cure="Name a .py file, a folder, a zip archive or a notebook.",
        )


def list_zip(path: Path) -> Listing:
    try:
        with path.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size > MAX_ZIP_BYTES:
                raise UsageError("the zip archive is too large", where=str(path), cure="Pack only the Python files.")
            return read_zip(stream, str(path))
    except OSError as error:
        raise _unreadable(path, error) from error


def list_folder(root: Path) -> Listing:
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
