"""`grade similar`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from grader.batch.folder import open_folder
from grader.batch.store import Store
from grader.cli.exits import Exit
from grader.cli.regrading import course_of
from grader.course import Course, find_exercise, natural_key
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.render.similar import write_similar
from grader.render.similar_words import to_lines
from grader.similar.comparing import compare_exercise
from grader.similar.documents import HandIn
from grader.similar.records import Compared

PAGES = "similar"
_SHOWN = 10


def similar(folder: Path, names: Sequence[str], minimum: float, top: int, course: Path | None) -> Exit:
    """Compare the hand-ins below `folder`, print the most alike and write the pages."""
    opened = open_folder(folder)
    with Store(opened.store) as store:
        found = course_of(store, course)
        hand_ins = find_hand_ins(store)
    compared = compare_all(_exercises(found, names, hand_ins), hand_ins, minimum=minimum, top=top)
    index = write_similar(opened.root / PAGES, compared, minimum=minimum)
    for line in to_lines(compared, shown=_SHOWN):
        click.echo(line)
    click.echo(f"side by side: {index}", err=True)
    return Exit.PASSED


def find_hand_ins(store: Store) -> tuple[HandIn, ...]:
    """Return the hand-ins of a batch. Those that came from the same place of the export are a team's.

    Raises:
        UsageError: there are none.
    """
    intake = store.intake
    readable = [] if intake is None else [one for one in intake.hand_ins if one.path and Path(one.path).exists()]
    if intake is None or not readable:
        raise UsageError("no submissions are kept in this batch", cure="Run the `grade batch` command once more.")
    names = {student.key: student.name for student in intake.students}
    return tuple(
        HandIn(one.student, names.get(one.student, one.student), one.exercise, Path(one.path), team=" ".join(one.sources))
        for one in readable
    )


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
