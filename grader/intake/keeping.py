"""The files that count, laid down where a batch keeps them: whole or not at all, the same again from the same export."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from grader.faults import UsageError
from grader.submission.names import clean_name

_NEW, _OLD = ".new", ".old"
# What Windows does not allow in names, and the separators of all systems.
_FORBIDDEN = frozenset('<>:"|?*\\/')
_MAX_NAME_BYTES = 200
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


def safe_place(path: tuple[str, ...]) -> PurePosixPath:
    """Return a place below a folder that every system can hold; nothing in it leads out."""
    return PurePosixPath(*(_safe_name(part) for part in path))


def _safe_name(name: str) -> str:
    text = "".join("_" if char in _FORBIDDEN else char for char in clean_name(name)).rstrip(". ") or "_"
    if text in (".", ".."):
        return "_"
    stem, dot, ending = text.rpartition(".")
    if PurePosixPath(text).stem.casefold() in _DEVICES:
        text = f"_{text}"
    if len(text.encode()) <= _MAX_NAME_BYTES:
        return text
    room = _MAX_NAME_BYTES - len(f"{dot}{ending}".encode())
    return f"{stem.encode()[:room].decode('utf-8', 'ignore')}{dot}{ending}" if room > 20 else text[:50]


def lay_down(folder: Path, files: Mapping[PurePosixPath, bytes]) -> None:
    """Make `folder` hold just these files, in one step; leaves it alone where it does so already.

    Killed at any moment it leaves the old content, the new one, or nothing, and what a later call clears away.

    Raises:
        UsageError: the place cannot be written.
    """
    new, old = folder.with_name(f".{folder.name}{_NEW}"), folder.with_name(f".{folder.name}{_OLD}")
    try:
        _remove(new)
        _remove(old)
        if _holds(folder, files):
            return
        for path, content in files.items():
            target = new / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        new.mkdir(parents=True, exist_ok=True)
        if folder.is_symlink() or folder.exists():
            os.rename(folder, old)
        os.rename(new, folder)
        _remove(old)
    except OSError as error:
        cure = "Name a folder that you may write to, with room in it."
        raise UsageError(f"the hand-ins cannot be kept: {error.strerror}", where=str(folder), cure=cure) from error


def _holds(folder: Path, files: Mapping[PurePosixPath, bytes]) -> bool:
    """Say whether the folder holds these files and no others."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    if found.keys() != {str(path) for path in files} or any(path.is_symlink() for path in found.values()):
        return False
    return all(found[str(path)].read_bytes() == content for path, content in files.items())


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
