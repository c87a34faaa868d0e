"""The files of a students' copy: the exercises, a README, a lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.exercise import Exercise
from grader.release.lock import LOCK_NAME, MadeBy, lock_text
from grader.release.public import public_files
from grader.release.readme import student_readme

README_NAME = "README.md"
_GIT_IGNORE = ".gitignore"
_IGNORED = "__pycache__/\n.venv/\n.ipynb_checkpoints/\n/data/\n/*.html\n"


@dataclass(frozen=True)
class Copy:
    """The files of a students' copy by their path, and what of the exercises' folders is not among them."""

    files: dict[str, bytes]
    left_out: tuple[str, ...]


def student_copy(exercises: Sequence[Exercise], made_by: MadeBy) -> Copy:
    """Return the files that students get of these exercises: the exercises, a README, a lock.

    Raises:
        UsageError: a file cannot be read.
    """
    public = public_files(exercises)
    files = {
        **public.files,
        README_NAME: student_readme(exercises).encode(),
        _GIT_IGNORE: _IGNORED.encode(),
    }
    return Copy({**files, LOCK_NAME: lock_text(files, made_by).encode()}, public.left_out)
