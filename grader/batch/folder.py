"""The folder of a batch: where its files lie, and that only one command at a time works in it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.faults import UsageError


@dataclass(frozen=True)
class BatchFolder:
    """Names of what a batch keeps."""

    root: Path

    @property
    def store(self) -> Path:
        """All that was measured and decided."""
        return self.root / "grades.sqlite"

    @property
    def submissions(self) -> Path:
        """The files that count: `<student>/<exercise>/`."""
        return self.root / "submissions"

    @property
    def index(self) -> Path:
        """The class report."""
        return self.root / "index.html"

    def report(self, student: str, exercise: str) -> Path:
        """The report that a student may read."""
        return self.root / "reports" / student / f"{exercise}.html"

    def result(self, student: str, exercise: str) -> Path:
        """The whole result, for the instructor."""
        return self.root / "results" / student / f"{exercise}.json"

    def relative(self, path: Path) -> str:
        """Return a path as links in the folder name it."""
        return path.relative_to(self.root).as_posix()


def open_folder(root: Path) -> BatchFolder:
    """Return a folder that `grade batch` has worked in.

    Raises:
        UsageError: it is none.
    """
    folder = BatchFolder(root.absolute())
    if not folder.store.is_file():
        cure = "Name the folder that `grade batch ... --out FOLDER` wrote, or work inside of it."
        raise UsageError("no batch was graded in this folder", where=str(root), cure=cure)
    return folder


@contextlib.contextmanager
def working_in(folder: BatchFolder) -> Iterator[None]:
    """Keep other commands out of the folder while the block runs; the lock ends with the process, however that ends.

    Raises:
        UsageError: another command works in it, or it cannot be made.
    """
    try:
        folder.root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder.root / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        cure = "Name a folder that you may write to."
        raise UsageError(f"cannot be written: {error.strerror}", where=str(folder.root), cure=cure) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            cure = "Wait for it, or name another folder."
            raise UsageError("another command works in this folder", where=str(folder.root), cure=cure) from None
        yield
    finally:
        os.close(descriptor)
