"""`grade verify`."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import click

from grader.cli.exits import Exit
from grader.course import find_course, find_exercise, working_exercises
from grader.exercise import Exercise
from grader.mutants.hunt import prove_mutants
from grader.render.clean import visible
from grader.run import Grader
from grader.terms import Choices
from grader.verify import Proof, verify_exercise

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
    exercises = _chosen(names, course)
    choices = Choices(device=device, data_root=data_root)
    failed = 0
    with Grader(choices, keep=1, hurry=True) as grader:
        for exercise in exercises:
            click.echo(f"{exercise.name}: {exercise.title}")
            for proof in verify_exercise(exercise, grader, choices, seeds, sample):
                failed += _show(proof, MOST_PROBLEMS)
    return _end(failed)


def verify_mutants(
    names: tuple[str, ...],
    sample: int | None,
    jobs: int,
    *,
    course: Path | None,
    device: str,
    data_root: Path | None,
) -> Exit:
    """Try the claims about the mutants of the solutions, a line each, with every mutant that lives."""
    exercises = _chosen(names, course)
    choices = Choices(device=device, data_root=data_root)
    failed = 0
    with contextlib.ExitStack() as stack:
        graders = [stack.enter_context(Grader(choices, keep=1, hurry=True)) for _ in range(jobs)]
        for exercise in exercises:
            click.echo(f"{exercise.name}: {exercise.title}")
            for proof in prove_mutants(exercise, graders, sample, _told):
                failed += _show(proof)
    return _end(failed)


def _chosen(names: tuple[str, ...], course: Path | None) -> tuple[Exercise, ...]:
    found = find_course(course, os.environ, Path.cwd())
    if names:
        return tuple(find_exercise(found, name) for name in names)
    exercises, broken = working_exercises(found)
    if broken:
        raise broken[0]
    return exercises


def _show(proof: Proof, most: int | None = None) -> bool:
    """Print a claim with what is wrong with it, and say whether anything is."""
    click.echo(f"  {'PASS' if proof.holds else 'FAIL'}  {proof.claim}")
    for problem in proof.problems[:most]:
        for line in problem.splitlines():
            click.echo(f"        {visible(line)[:2000]}")
    return not proof.holds


def _told(done: int, total: int) -> None:
    """Count the mutants on one line of a terminal."""
    if sys.stderr.isatty():
        click.echo(f"\r  {done} of {total} mutants" if done < total else "\r\033[K", nl=False, err=True)


def _end(failed: int) -> Exit:
    click.echo(f"{failed} claims do not hold" if failed else "every claim holds")
    return Exit.NOT_PASSED if failed else Exit.PASSED
