"""Files on disk: a reader finds the old report or the new one, never half of one."""

from __future__ import annotations

import contextlib
import glob
import os
import tempfile
from pathlib import Path

from grader.faults import UsageError


def write_report(path: Path, text: str) -> None:
    """Write `text` to `path` in one step; what is no regular file (`/dev/stdout`, a pipe) is written as it is.

    Raises:
        UsageError: the place cannot be written.
    """
    try:
        write_bytes(path, text.encode("utf-8"))
    except (OSError, ValueError, RuntimeError) as error:
        raise _unwritable(path, error) from error


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` in one step, as `write_report` does; whoever calls it knows what to say of an error.

    Raises:
        OSError, ValueError, RuntimeError: the place cannot be written.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_bytes(content)
    else:
        _replace(path.resolve(), content)


def append_text(path: Path, text: str) -> None:
    """Append `text` to a file that others write to as well, such as the one in `$GITHUB_OUTPUT`.

    Raises:
        UsageError: the place cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8", newline="") as stream:
            stream.write(text)
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from error


def check_writable(path: Path) -> None:
    """Raise the UsageError of `write_report` now rather than after the work is done; leaves nothing behind.

    Raises:
        UsageError: the place cannot be written.
    """
    try:
        target = path.resolve()
        if target.is_dir():
            raise IsADirectoryError(None, "this is a folder")
        if target.exists() and not target.is_file():
            return  # a pipe or a device: only writing shows
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except (OSError, ValueError, RuntimeError) as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: Exception) -> UsageError:
    # ValueError: a null byte in the name; RuntimeError: a loop of links (Python 3.12 and older).
    reason = getattr(error, "strerror", None) or str(error)
    cure = "Name a file in a folder that exists and that you may write to."
    return UsageError(f"the report cannot be written: {reason}", where=str(path), cure=cure)


def _replace(target: Path, content: bytes) -> None:
    if target.is_dir():
        raise IsADirectoryError(None, "this is a folder")
    _remove_abandoned(target)
    beside = target.with_name(f".{target.name[:100]}.{os.getpid()}.tmp")
    try:
        # Opened in the plain way, so that the report gets the permissions that the user's umask gives.
        beside.write_bytes(content)
        os.replace(beside, target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise


def _remove_abandoned(target: Path) -> None:
    """Remove what runs that were killed while they wrote this report have left beside it."""
    for left in target.parent.glob(f".{glob.escape(target.name[:100])}.*.tmp"):
        pid = left.name.split(".")[-2]
        if pid.isdigit() and not _runs(int(pid)):
            with contextlib.suppress(OSError):
                left.unlink()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True
