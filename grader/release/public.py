"""What is public of a course: of each exercise the files that its contract names, and what its task shows."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.exercise import CONFIG_NAME, TASK_NAME, VISIBLE_SUITE_NAME, Exercise
from grader.faults import UsageError

_CACHES = frozenset(
    {
        "__pycache__",
        "node_modules",
        ".git",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
    }
)
_COMPILED = (".pyc", ".pyo", ".pyd")
_LINK = re.compile(r"\]\(\s*<?([^)>\s]+)|\b(?:src|href)\s*=\s*[\"']([^\"']+)", re.IGNORECASE)


@dataclass(frozen=True)
class PublicFiles:
    """Files by their path below the course's folder, and the files of the exercises' folders that are not among them."""

    files: dict[str, bytes]
    left_out: tuple[str, ...]


def is_cache(name: str) -> bool:
    """Say whether a file or folder of this name was made by a tool out of other files, and so may hold what they held."""
    return name in _CACHES or name.endswith(_COMPILED)


def is_hidden(name: str) -> bool:
    """Say whether a file or folder of this name is one that people do not see."""
    return name.startswith(".")


def public_files(exercises: Iterable[Exercise]) -> PublicFiles:
    """Return what students get of these exercises.

    Raises:
        UsageError: one of the files cannot be read, or is a link.
    """
    files: dict[str, bytes] = {}
    left_out: list[str] = []
    for exercise in exercises:
        names = _public_names(exercise)
        for name in names:
            files[f"exercises/{exercise.name}/{name}"] = _read(exercise.folder / name)
        others = (path.relative_to(exercise.folder).as_posix() for path in exercise.folder.rglob("*") if path.is_file())
        left_out.extend(f"exercises/{exercise.name}/{name}" for name in sorted(others) if name not in names)
    return PublicFiles(files, tuple(left_out))


def _public_names(exercise: Exercise) -> tuple[str, ...]:
    contract = [CONFIG_NAME, exercise.file, *exercise.given]
    contract += [name for name in (TASK_NAME, VISIBLE_SUITE_NAME) if (exercise.folder / name).is_file()]
    if exercise.task is None:
        return tuple(contract)
    linked = (
        target
        for target in links(exercise.task.read_text(encoding="utf-8-sig", errors="replace"))
        if not target.startswith("..") and (exercise.folder / target).is_file()
    )
    pictures = (target for target in linked if not any(is_cache(part) or is_hidden(part) for part in PurePosixPath(target).parts))
    return tuple(dict.fromkeys((*contract, *pictures)))


def links(text: str) -> Iterator[str]:
    """Yield the local paths that a Markdown text links to or shows, simplified."""
    for match in _LINK.finditer(text):
        target = (match[1] or match[2]).partition("#")[0]
        if target and not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|/", target):
            yield posixpath.normpath(target)


def _read(path: Path) -> bytes:
    if path.is_symlink():
        raise UsageError("this file is a link", where=str(path), cure="Put the file itself there.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path), cure="Check the file.") from error
