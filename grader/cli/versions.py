"""`grade --version`: which grader, which course, which suites."""

from __future__ import annotations

import os
from pathlib import Path

import click

from grader import __version__
from grader.batch.fingerprints import grader_sha256
from grader.course import Course, find_course
from grader.digests import digest, suite_sha256
from grader.faults import UsageError

SHORT = 12


def print_versions(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the versions and end the command; the course is the one that would be used here."""
    if not wanted or context.resilient_parsing:
        return
    click.echo(f"grade {__version__}, code {grader_sha256()[:SHORT]}")
    try:
        course = find_course(None, os.environ, Path.cwd())
    except UsageError as error:
        click.echo(f"no course: {error.cause}")
        context.exit()
    digests = {name: _digest_of(course, name) for name in course.exercises}
    click.echo(f"course {course.root}, {digest((name, found.encode()) for name, found in digests.items())[:SHORT]}")
    for name, found in digests.items():
        click.echo(f"  {name:12} {found}")
    context.exit()


def _digest_of(course: Course, name: str) -> str:
    try:
        exercise = course.exercises[name]
    except UsageError as error:
        return f"broken: {error.cause}"
    kinds = [kind for kind, path in (("visible", exercise.visible_suite), ("hidden", exercise.hidden_suite)) if path]
    return f"{suite_sha256(exercise)[:SHORT]} ({' and '.join(kinds) or 'no suite'})"
