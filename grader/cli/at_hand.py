"""The course that a command works with, and a warning where its copy was made for a newer grader."""

from __future__ import annotations

import os
from pathlib import Path

import click

from grader.course import Course, find_course
from grader.release.lock import LOCK_NAME, older_packages, read_lock
from grader.render.clean import visible


def course_at_hand(explicit: Path | None) -> Course:
    """Return the course that is meant; warn on stderr where a students' copy asks for newer packages than are here.

    Raises:
        UsageError: no course is found, or its lock is broken.
    """
    course = find_course(explicit, os.environ, Path.cwd())
    lock = read_lock(course.root)
    for older in older_packages(lock) if lock else ():
        cure = (
            "install the wheel that your course hands out now"
            if older.package == "grade"
            else f"pip install --upgrade {older.package}"
        )
        click.echo(
            visible(
                f"warning: {older.package} {older.version} is older than these exercises were made for ({older.wanted}): "
                f"checks may fail or be missing that your instructor's grader runs. Next: {cure}. ({LOCK_NAME})"
            ),
            err=True,
        )
    return course
