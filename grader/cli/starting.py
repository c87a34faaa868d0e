"""`grade start`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from grader.cli.exits import Exit
from grader.course import Course, bundled_course, open_course, working_exercises
from grader.faults import UsageError
from grader.release.laying import Laid, lay_out
from grader.release.students_copy import student_copy
from grader.render.clean import visible


def start(folder: Path, *, course: Path | None) -> Exit:
    """Lay the exercises out in `folder`, and say what to do next."""
    source = _source(course)
    folder = folder.expanduser()
    if folder.resolve() == source.root:
        raise UsageError(
            "this folder is the course itself", where=str(folder), cure="Name another folder: grade start DIR."
        )
    exercises, broken = working_exercises(source)
    if broken:
        raise broken[0]
    laid = lay_out(student_copy(exercises, "start"), folder)
    _tell(laid, folder)
    first = exercises[0]
    click.echo("")
    if folder.resolve() != Path.cwd():
        click.echo(f"  cd {visible(str(folder))}")
    click.echo(f"  edit   exercises/{first.name}/{first.file}")
    click.echo(f"  grade  {first.name}")
    return Exit.PASSED


def _source(explicit: Path | None) -> Course:
    """Return the course to lay out: not the one at hand, which may be an earlier copy, but the one that came along."""
    if explicit is not None:
        return open_course(explicit, asked_by="--course")
    if os.environ.get("GRADE_COURSE"):
        return open_course(Path(os.environ["GRADE_COURSE"]), asked_by="GRADE_COURSE")
    bundled = bundled_course()
    if bundled is None:
        raise UsageError("no course came with this grader", cure="Name one with --course DIR or GRADE_COURSE.")
    return bundled


def _tell(laid: Laid, folder: Path) -> None:
    where = visible(str(folder))
    added = sorted({name.split("/")[1] for name in laid.added if name.startswith("exercises/") and name.endswith(".toml")})
    if added:
        click.echo(f"{where}: laid out {', '.join(added)}")
    elif not laid.added and not laid.renewed:
        click.echo(f"{where}: all exercises are here already")
    for name in laid.added:
        if name.startswith("exercises/") and name.split("/")[1] not in added:
            click.echo(f"  added    {name}")
    for name in laid.renewed:
        click.echo(f"  renewed  {name}")
    for name in laid.left:
        click.echo(f"  left     {name}: it is not as it was laid out, so it stays as it is")
