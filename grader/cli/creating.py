"""`grade new`."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

import click

from grader.cli.exits import Exit
from grader.faults import UsageError
from grader.release.lock import LOCK_NAME
from grader.render.clean import visible
from grader.scaffold.making import DEFAULT_FILE, DEFAULT_TITLE, NewExercise, check_new, make_exercise


def new_exercise(
    name: str, title: str | None, file_name: str | None, *, course: Path | None, commands: Collection[str]
) -> Exit:
    """Lay a new exercise out, and list its files."""
    new = NewExercise(
        name,
        DEFAULT_TITLE if title is None else title,
        DEFAULT_FILE if file_name is None else file_name,
    )
    check_new(new, commands)
    root = _place(course)
    for path in make_exercise(new, root):
        click.echo(visible(str(path.relative_to(root))))
    click.echo("")
    click.echo(f"It works as it is: `grade verify {new.name}` proves it. Make it yours, file by file, and prove it again.")
    return Exit.PASSED


def _place(explicit: Path | None) -> Path:
    """Return the folder of the course: the one named, the one around the working directory, or that where it is empty."""
    named = explicit or (Path(os.environ["GRADE_COURSE"]) if os.environ.get("GRADE_COURSE") else None)
    root = named.expanduser() if named is not None else _around(Path.cwd())
    if root.exists() and not root.is_dir():
        raise UsageError("this is a file", where=str(root), cure="Name the folder of a course.")
    if (root / LOCK_NAME).is_file():
        cure = "Make it in the course that the copy is from."
        raise UsageError("this is a students' copy, not a course", where=str(root), cure=cure)
    if root.is_dir() and not _is_course(root) and any(not path.name.startswith(".") for path in root.iterdir()):
        raise UsageError(
            "there is no course here, and the folder is not empty",
            where=str(root),
            cure="Change into a course or an empty folder, or name one with --course DIR.",
        )
    return root


def _around(start: Path) -> Path:
    return next((folder for folder in (start, *start.parents) if _is_course(folder)), start)


def _is_course(folder: Path) -> bool:
    return (folder / "exercises").is_dir()
