"""Lays a students' copy out where a student works: adds what is new, renews what is untouched, leaves what was edited."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.faults import UsageError
from grader.release.lock import LOCK_NAME, Lock, older_packages, read_lock, sha256_of
from grader.release.students_copy import Copy


@dataclass(frozen=True)
class Laid:
    """Paths by what became of them.

    Attributes:
        added: were not there.
        renewed: were as they had been laid out, and are newer now.
        left: have been edited, or were there before, and are not what would be laid out.
        same: are what would be laid out.
    """

    added: tuple[str, ...]
    renewed: tuple[str, ...]
    left: tuple[str, ...]
    same: tuple[str, ...]


def lay_out(copy: Copy, folder: Path) -> Laid:
    """Write the files of a copy to a folder.

    Raises:
        UsageError: a place cannot be written; the folder is an instructor's course, or holds exercises of another origin or a newer grader.
    """
    if (folder / "solutions").is_dir():
        raise UsageError(
            "this folder holds solutions/: it is a course, not a student's folder",
            where=str(folder),
            cure="Name another folder.",
        )
    lock = read_lock(folder)
    if lock is not None:
        _check_lock(lock, folder)
    laid_before = lock.files if lock else {}
    kinds: dict[str, list[str]] = {"added": [], "renewed": [], "left": [], "same": []}
    try:
        for name, content in copy.files.items():
            if name == LOCK_NAME:
                continue
            kind = _kind_of(folder / name, content, laid_before.get(name))
            kinds[kind].append(name)
            if kind in ("added", "renewed"):
                _write(folder / name, content)
        _write(folder / LOCK_NAME, copy.files[LOCK_NAME])
    except OSError as error:
        cure = "Name a folder that you may write to, in which exercises/ is a folder or missing."
        raise UsageError(
            f"cannot be written: {error.strerror}", where=str(error.filename or folder), cure=cure
        ) from error
    return Laid(**{kind: tuple(names) for kind, names in kinds.items()})


def _check_lock(lock: Lock, folder: Path) -> None:
    """Refuse a folder that is not for this grader to renew."""
    if lock.made_by != "start":
        raise UsageError(
            "your course gave you these exercises as a whole, so new ones come from it, not from here",
            where=str(folder / LOCK_NAME),
            cure="Fetch the exercises anew from where you had them, or start in another folder: grade start DIR.",
        )
    newer = next((older.wanted for older in older_packages(lock) if older.package == "grade"), "")
    if newer:
        raise UsageError(
            f"these exercises are of grade {newer}, and this is an older one: they would be turned back",
            where=str(folder / LOCK_NAME),
            cure="Install the wheel that your course hands out now.",
        )


def _kind_of(path: Path, content: bytes, laid_before: str | None) -> str:
    if not path.exists() and not path.is_symlink():
        return "added"
    if not path.is_file():
        return "left"
    found = path.read_bytes()
    if found == content:
        return "same"
    return "renewed" if sha256_of(found) == laid_before else "left"


def _write(path: Path, content: bytes) -> None:
    from grader.render.write import write_bytes

    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, content)
