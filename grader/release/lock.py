"""`grade.lock.toml` in a students' copy: the grader that it was made for, and the files that were laid out with their digests."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from grader import __version__
from grader.digests import digest
from grader.toml_file import TomlFile

LOCK_NAME = "grade.lock.toml"


MadeBy = Literal["release", "start"]


class Lock(msgspec.Struct, frozen=True):
    """What a lock says.

    Attributes:
        made_by: `release` or `start`: each brings its own copies up to date, and leaves those of the other alone.
        grader: version of the grader that the copy was made with.
        torch: the oldest version of torch that this grader works with; empty where it was not known.
        sha256: over names and bytes of all files.
        files: path -> SHA-256 of the file as it was laid out.
    """

    made_by: MadeBy
    grader: str
    torch: str = ""
    sha256: str = ""
    files: dict[str, str] = {}


@dataclass(frozen=True)
class Older:
    """A package that is older than a lock asks for."""

    package: str
    version: str
    wanted: str


def read_lock(folder: Path) -> Lock | None:
    """Return the lock of a students' copy; None where the folder is none.

    Raises:
        UsageError: the lock is broken; it names the line.
    """
    path = folder / LOCK_NAME
    return TomlFile(path).convert(Lock) if path.is_file() else None


def lock_text(files: Mapping[str, bytes], made_by: MadeBy) -> str:
    """Return the text of the lock for these files."""
    lines = [
        "# Written by `grade`: what these files were made for. `grade` warns where it is older than this. Not to be edited.",
        f"made_by = {json.dumps(made_by)}",
        f"grader = {json.dumps(__version__)}",
        f"torch = {json.dumps(_oldest_torch())}",
        f"sha256 = {json.dumps(digest(files.items()))}",
        "",
        "[files]",
    ]
    lines += [f"{json.dumps(path)} = {json.dumps(sha256_of(content))}" for path, content in sorted(files.items())]
    return "\n".join(lines) + "\n"


def sha256_of(content: bytes) -> str:
    """Return the digest of one file."""
    return hashlib.sha256(content).hexdigest()


def older_packages(lock: Lock) -> tuple[Older, ...]:
    """Return what is installed here in an older version than the lock asks for."""
    found = []
    if lock.grader != __version__ and _is_older(__version__, lock.grader):
        found.append(Older("grade", __version__, lock.grader))
    if lock.torch:
        try:
            torch = importlib.metadata.version("torch")
        except importlib.metadata.PackageNotFoundError:  # the grading itself says so
            return tuple(found)
        if _is_older(torch, lock.torch):
            found.append(Older("torch", torch, lock.torch))
    return tuple(found)


def _is_older(version: str, than: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(version) < Version(than)
    except InvalidVersion:  # a build with a name of its own: nothing is known of its age
        return False


def _oldest_torch() -> str:
    try:
        wanted = importlib.metadata.requires("grade") or []
    except importlib.metadata.PackageNotFoundError:  # used from its source, without being installed
        return ""
    found = (re.match(r"torch\s*\(?>=\s*([\w.]+)", line) for line in wanted)
    return next((match[1] for match in found if match), "")
