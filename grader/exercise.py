"""An exercise: what its `exercise.toml` says, and where its files lie."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from grader.faults import UsageError
from grader.reading import find_readings
from grader.records import Reading

CONFIG_NAME = "exercise.toml"
TASK_NAME = "README.md"
VISIBLE_SUITE_NAME = "test_visible.py"
HIDDEN_SUITE_NAME = "test_hidden.py"


@dataclass(frozen=True)
class Limits:
    """What the student's code may use: seconds a check and in all, bytes of memory, bytes of printed output a check, threads of torch.

    0 threads stand for one a core.
    """

    seconds: float
    total_seconds: float
    memory_bytes: int
    output_bytes: int
    threads: int


@dataclass(frozen=True)
class Exercise:
    """One exercise, as its `exercise.toml` describes it.

    Attributes:
        name: name of its folder, such as `exercise3`.
        file: name of the file that the student edits.
        given: names of the other files of `folder` that are laid beside the student's.
        points: sum of all marks of the suites, visible and hidden.
        hidden_checks: how many checks the hidden suite collects.
        pass_mark: fraction of the points that passes.
        imports: modules worth importing once, ahead of every worker.
        datasets: names of the datasets that every worker shares.
        folder: what students get.
        secret_folder: what they never get; None in a student's copy of the course.
    """

    name: str
    title: str
    summary: str
    file: str
    given: tuple[str, ...]
    points: Decimal
    hidden_checks: int
    pass_mark: float
    concepts: tuple[str, ...]
    imports: tuple[str, ...]
    limits: Limits
    datasets: tuple[str, ...]
    folder: Path
    secret_folder: Path | None

    @property
    def stub(self) -> Path:
        """The file that the student starts from."""
        return self.folder / self.file

    @property
    def task(self) -> Path | None:
        """The text that says what to do and teaches the concepts, where there is one."""
        return _existing_file(self.folder / TASK_NAME)

    @functools.cached_property
    def reading(self) -> tuple[Reading, ...]:
        """The sections of the task's text that teach the concepts, read once; a concept without one is left out."""
        if self.task is None:
            return ()
        try:
            text = self.task.read_text(encoding="utf-8-sig", errors="replace")
        except OSError as error:
            cure = "Check the file."
            raise UsageError(f"cannot be read: {error.strerror}", where=str(self.task), cure=cure) from error
        return find_readings(text, self.concepts)

    @property
    def visible_suite(self) -> Path | None:
        """The suite that students have, where there is one."""
        return _existing_file(self.folder / VISIBLE_SUITE_NAME)

    @property
    def hidden_suite(self) -> Path | None:
        """The suite that students never have, where it is at hand."""
        return _existing_file(self.secret_folder / HIDDEN_SUITE_NAME) if self.secret_folder else None

    @property
    def solution(self) -> Path | None:
        """The reference solution, where it is at hand."""
        return _existing_file(self.secret_folder / self.file) if self.secret_folder else None

    @property
    def mistakes_folder(self) -> Path | None:
        """The folder of wrong files that must be caught by name, where it is at hand."""
        if self.secret_folder is None:
            return None
        folder = self.secret_folder / "mistakes"
        return folder if folder.is_dir() else None


def _existing_file(path: Path) -> Path | None:
    return path if path.is_file() else None
