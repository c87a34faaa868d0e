"""`grade release`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from grader.cli.exits import Exit
from grader.cli.grading import progress
from grader.course import find_course, find_exercise, working_exercises
from grader.exercise import Exercise
from grader.release.releasing import Released, release
from grader.render.clean import visible
from grader.render.words import counted
from grader.run import Grader
from grader.terms import Choices, datasets_of

MOST_LEAKS = 50


def release_course(
    folder: Path,
    names: tuple[str, ...],
    zip_path: Path | None,
    git: bool,
    *,
    course: Path | None,
    device: str,
    data_root: Path | None,
) -> Exit:
    """Write the students' copy where it is proven to give nothing away; tell every place that does."""
    found = find_course(course, os.environ, Path.cwd())
    exercises: tuple[Exercise, ...]
    if names:
        exercises = tuple(dict.fromkeys(find_exercise(found, name) for name in names))
    else:
        exercises, broken = working_exercises(found)
        if broken:
            raise broken[0]
    choices = Choices(device=device, data_root=data_root)
    for exercise in exercises:
        datasets_of(exercise, choices)  # what is missing is told before anything is started
    with Grader(choices, keep=1, hurry=True) as grader, progress("looking for secrets") as show:
        done = release(found, exercises, folder, grader, zip_path=zip_path, git=git, progress=show)
    return _tell(done, folder, exercises, zip_path)


def _tell(done: Released, folder: Path, exercises: tuple[Exercise, ...], zip_path: Path | None) -> Exit:
    for name in done.left_out:
        click.echo(f"left out: {visible(name)} (no file of the exercise's contract)", err=True)
    for name in done.kept:
        click.echo(f"kept: {visible(name)} (of no earlier release)", err=True)
    for name in done.binary:
        click.echo(f"binary: {visible(name)} (searched byte by byte; look at it yourself)", err=True)
    if done.leaks:
        for leak in done.leaks[:MOST_LEAKS]:
            click.echo(f"LEAK  {visible(leak.place)}\n      {visible(leak.what)}")
        if len(done.leaks) > MOST_LEAKS:
            click.echo(f"and {len(done.leaks) - MOST_LEAKS} more")
        click.echo(f"nothing was written: {counted(len(done.leaks), 'leak')}.")
        click.echo("Take it out, or say it in other words. What stubs, given files, exercise.toml and visible suites say is public.")
        return Exit.NOT_PASSED
    click.echo(f"{visible(str(folder))}: {counted(len(exercises), 'exercise')} in {counted(done.files, 'file')}; no secret in it, every stub earns 0")
    if zip_path is not None:
        click.echo(f"{visible(str(zip_path))}: the same as an archive")
    return Exit.PASSED
