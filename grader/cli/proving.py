"""`grade verify`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from grader.cli.exits import Exit
from grader.course import find_course, find_exercise, working_exercises
from grader.render.clean import visible
from grader.run import Choices, Grader
from grader.verify import verify_exercise

MOST_PROBLEMS = 8


def verify(
    names: tuple[str, ...],
    seeds: int,
    sample: int | None = None,
    *,
    course: Path | None,
    device: str,
    data_root: Path | None,
) -> Exit:
    """Try every claim about the exercises, a line each."""
    found = find_course(course, os.environ, Path.cwd())
    if names:
        exercises = tuple(find_exercise(found, name) for name in names)
    else:
        exercises, broken = working_exercises(found)
        if broken:
            raise broken[0]
    choices = Choices(device=device, data_root=data_root)
    failed = 0
    with Grader(choices) as grader:
        for exercise in exercises:
            click.echo(f"{exercise.name}: {exercise.title}")
            for proof in verify_exercise(exercise, grader, choices, seeds, sample):
                click.echo(f"  {'PASS' if proof.holds else 'FAIL'}  {proof.claim}")
                for problem in proof.problems[:MOST_PROBLEMS]:
                    click.echo(f"        {visible(problem)[:2000]}")
                failed += not proof.holds
    click.echo(f"{failed} claims do not hold" if failed else "every claim holds")
    return Exit.NOT_PASSED if failed else Exit.PASSED
