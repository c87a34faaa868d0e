"""Emptying folders that student code has written in, however deep, wide or closed it has made them."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys

_FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def remove(folder: str) -> None:
    """Remove a folder with all that is in it, as far as that can be done; nobody may be writing there any more."""
    empty(folder)
    with contextlib.suppress(OSError):
        os.rmdir(folder)


def empty(folder: str) -> None:
    """Remove all that is in a folder, as far as that can be done. Links are removed, never followed.

    Neither the stack nor the number of open files grows with the depth: what a folder holds is moved up until nothing is below.
    """
    if sys.platform != "linux":
        for entry in os.listdir(folder):
            shutil.rmtree(os.path.join(folder, entry), ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        top = os.open(folder, os.O_RDONLY | _FOLDER)
        try:
            _empty(top)
        finally:
            os.close(top)


def _empty(top: int) -> None:
    # A name that nobody could have laid in the way.
    prefix, moved = f".{secrets.token_hex(8)}", 0
    folders = _remove_files(top)
    while folders:
        name = folders.pop()
        with contextlib.suppress(OSError):
            below = _open(name, top)
            try:
                for inner in _remove_files(below):
                    moved += 1
                    with contextlib.suppress(OSError):
                        os.rename(inner, f"{prefix}-{moved}", src_dir_fd=below, dst_dir_fd=top)
                        folders.append(f"{prefix}-{moved}")
            finally:
                os.close(below)
            os.rmdir(name, dir_fd=top)


def _open(name: str, top: int) -> int:
    """Open a folder that its owner may have closed to himself."""
    place = os.open(name, os.O_PATH | _FOLDER, dir_fd=top)
    try:
        itself = f"/proc/self/fd/{place}"
        with contextlib.suppress(OSError):
            os.chmod(itself, 0o700)
        return os.open(name, os.O_RDONLY | _FOLDER, dir_fd=top)
    finally:
        os.close(place)


def _remove_files(folder: int) -> list[str]:
    """Remove everything in a folder but its folders, and return the names of those."""
    folders = []
    with os.scandir(folder) as entries:
        listed = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in listed:
        if is_folder:
            folders.append(name)
        else:
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=folder)
    return folders
