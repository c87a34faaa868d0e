"""`grade similar`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from grader.cli.exits import Exit
from grader.course import Course, Exercise, find_course, find_exercise, natural_key
from grader.faults import UsageError
from grader.render.similar import to_lines, write_similar
from grader.similar.comparing import HandIn, compare_exercise
from grader.similar.records import Compared

SUBMISSIONS = "submissions"
PAGES = "similar"
_SHOWN = 10


def similar(folder: Path, names: Sequence[str], minimum: float, top: int, course: Path | None) -> Exit:
    """Compare the hand-ins below `folder`, print the most alike and write the pages."""
    found = find_course(course, os.environ, Path.cwd())
    hand_ins = find_hand_ins(folder)
    compared = compare_all(_exercises(found, names, hand_ins), hand_ins, minimum=minimum, top=top)
    index = write_similar(folder / PAGES, compared, minimum=minimum)
    for line in to_lines(compared, shown=_SHOWN):
        click.echo(line)
    click.echo(f"side by side: {index}", err=True)
    return Exit.PASSED


def find_hand_ins(folder: Path) -> tuple[HandIn, ...]:
    """Return the hand-ins of a batch: `submissions/STUDENT/EXERCISE` below its folder.

    Raises:
        UsageError: there are none.
    """
    root = folder / SUBMISSIONS
    paths = sorted(path for path in root.glob("*/*") if path.is_dir() and not path.name.startswith("."))
    if not paths:
        cure = "Name the folder that `grade batch` wrote (its --out)."
        raise UsageError(f"no submissions: `{SUBMISSIONS}/STUDENT/EXERCISE` is missing", where=str(folder), cure=cure)
    return tuple(HandIn(path.parent.name, path.parent.name, path.name, path) for path in paths)


def compare_all(
    exercises: Iterable[Exercise], hand_ins: Sequence[HandIn], *, minimum: float, top: int
) -> tuple[Compared, ...]:
    """Compare the hand-ins of each exercise, telling on stderr which one it is at."""
    found = []
    for exercise in exercises:
        click.echo(f"comparing {exercise.name}", err=True)
        of_it = [one for one in hand_ins if one.exercise == exercise.name]
        found.append(compare_exercise(exercise, of_it, minimum=minimum, top=top))
    return tuple(found)


def _exercises(course: Course, names: Sequence[str], hand_ins: Iterable[HandIn]) -> list[Exercise]:
    """Return the exercises that are asked for, or all that somebody handed in; folders of no exercise are passed over."""
    if names:
        return [find_exercise(course, name) for name in names]
    handed_in = {hand_in.exercise for hand_in in hand_ins}
    return [course.exercises[name] for name in sorted(handed_in & set(course.exercises), key=natural_key)]
