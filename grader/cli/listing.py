"""`grade list`."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.at_hand import course_at_hand
from grader.cli.exits import Exit
from grader.course import working_exercises


def list_exercises(course: Path | None) -> Exit:
    """Print a line an exercise; broken ones are told on stderr."""
    found = course_at_hand(course)
    exercises, broken = working_exercises(found)
    width = max((len(exercise.name) for exercise in exercises), default=0)
    for exercise in exercises:
        points = (
            f"{exercise.points:f}".rstrip("0").rstrip(".") if "." in f"{exercise.points:f}" else f"{exercise.points:f}"
        )
        click.echo(f"{exercise.name:<{width}}  {points:>4} points  {exercise.file:<24}  {exercise.title}")
    for error in broken:
        click.echo(f"broken: {error.cause} ({error.where}). {error.cure}", err=True)
    return Exit.USAGE if broken else Exit.PASSED
