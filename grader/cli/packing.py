"""`grade package`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from grader.cli.exits import Exit
from grader.course import find_course, find_exercise
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.packaging.archives import File, zip_of
from grader.packaging.setups import FOR_ONE_EXERCISE, SETUPS, Order
from grader.render.write import check_writable, write_bytes

_NEXT = {
    "gradescope": "Upload it under Configure Autograder, with Ubuntu 22.04 or newer. It holds the hidden suite and the solution.",
    "docker": "docker build --tag grade {out}",
    "apptainer": "cd {out} && apptainer build grade.sif grade.def",
    "gitlab": "Commit these files; .gitlab-ci.yml says what can be set.",
    "github": "Commit these files; .github/workflows/grade.yml says what can be set.",
}


def package(kind: str, wanted: str | None, *, out: Path, gpu: bool, force: bool, course: Path | None) -> Exit:
    """Write a set-up and say what to do with it."""
    order = _order(kind, wanted, gpu, course)
    if kind == "gradescope":
        check_writable(out)
        written = [_write(out, File(zip_of(SETUPS[kind](order))))]
        _warn_of_missing_suite(order.exercise)
    else:
        written = _write_folder(out, SETUPS[kind](order), force)
    for path in written:
        click.echo(str(path))
    click.echo(f"next: {_NEXT[kind].format(out=out)}", err=True)
    return Exit.PASSED


def _order(kind: str, name: str | None, gpu: bool, course: Path | None) -> Order:
    if kind not in FOR_ONE_EXERCISE:
        if name is not None:
            cure = "Leave --exercise out; exercises are named when the image is run."
            raise UsageError(f"{kind} makes an image for all exercises", where="--exercise", cure=cure)
        return Order(None, None, gpu)
    if name is None:
        cure = f"Try `grade package {kind} --exercise exercise3 --out ...`; `grade list` shows all."
        raise UsageError(f"{kind} needs the exercise that is graded", where="--exercise", cure=cure)
    found = find_course(course, os.environ, Path.cwd())
    return Order(found, find_exercise(found, name), gpu)


def _warn_of_missing_suite(exercise: Exercise | None) -> None:
    if exercise is not None and exercise.hidden_checks and exercise.hidden_suite is None:
        click.echo(
            f"warning: the course here has no solutions/{exercise.name}, so only its visible suite is in the package",
            err=True,
        )


def _write_folder(out: Path, files: Mapping[str, File], force: bool) -> list[Path]:
    """Write the files below a folder; nothing is written where one of them would replace what somebody else wrote.

    Raises:
        UsageError: a file is there already, or cannot be written.
    """
    for path, file in files.items():
        there = out / path
        if not force and there.exists() and not (there.is_file() and there.read_bytes() == file.content):
            raise UsageError("this file is there already", where=str(there), cure="Add --force to replace it.")
    return [_write(out / path, file) for path, file in files.items()]


def _write(path: Path, file: File) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, file.content)
    except OSError as error:
        cure = "Name a place that you may write to."
        raise UsageError(f"cannot be written: {error.strerror}", where=str(path), cure=cure) from error
    return path
