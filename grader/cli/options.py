"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
PATH = click.Path(path_type=Path)

course = click.option("--course", type=PATH, help="Use the course in this folder (also GRADE_COURSE).")
seed = click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Draw the inputs of the checks from this seed.",
)
device = click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda"]),
    default="auto",
    show_default=True,
    help="Run on this device.",
)
data_root = click.option(
    "--data", "data_root", type=PATH, help="Find the datasets below this folder (also GRADE_DATA)."
)
suites = click.option(
    "--suites",
    type=click.Choice(["all", "visible"]),
    default="all",
    show_default=True,
    help="Run all suites at hand, or the visible one.",
)
json_path = click.option(
    "--json", "json_path", type=click.Path(allow_dash=True), help="Write the result as JSON to this file (- is stdout)."
)
html_path = click.option("--html", "html_path", type=PATH, help="Write the report as one HTML file.")
junit_path = click.option("--junit", "junit_path", type=PATH, help="Write the result as JUnit XML, for GitLab and Jenkins.")
format_name = click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "github", "gradescope", "classroom50", "classroom"]),
    default="text",
    show_default=True,
    help="Write what this platform reads to where it looks for it, else to stdout.",
)
audience = click.option(
    "--audience",
    type=click.Choice(["student", "instructor"]),
    help="Show what this reader may know; by default student, for --json instructor.",
)
isolation = click.option(
    "--isolation",
    type=click.Choice(["auto", "full", "landlock", "landlock-old", "filtered", "none"]),
    default="auto",
    show_default=True,
    help="Isolate student code at least this far, or refuse to grade; auto is the best there is, none is off.",
)
hints = click.option("--hint", "hints", is_flag=True, help="Say as well what to look at next.")
quiet = click.option("--quiet", "-q", is_flag=True, help="Print the score line only.")


def watching(function: F) -> F:
    """Add the options of `grade watch`."""
    for option in reversed((course, device, seed, data_root, suites, html_path, audience, isolation, hints)):
        function = option(function)
    return function


publish = click.option("--publish", is_flag=True, help="Tell students what has changed since they were told last.")
canvas = click.option("--canvas", type=PATH, help="Fill in this gradebook, as Canvas exported it, as canvas.csv.")
moodle = click.option(
    "--moodle", multiple=True, metavar="EXERCISE=FILE", help="Fill in this grading worksheet of Moodle; may be repeated."
)
columns = click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="EXERCISE=HEADER",
    help="The column of an exercise in Canvas's gradebook (of a worksheet: EXERCISE:grade=HEADER).",
)


def handing_back(function: F) -> F:
    """Add the options of commands that write grade files."""
    for option in reversed((publish, canvas, moodle, columns)):
        function = option(function)
    return function


def batching(function: F) -> F:
    """Add the options of `grade batch` that it shares with other commands that grade."""
    for option in reversed((course, device, seed, data_root, isolation)):
        function = option(function)
    return function


def grading(function: F) -> F:
    """Add the options of every command that grades."""
    reports = (json_path, html_path, junit_path, format_name, audience)
    for option in reversed((course, device, seed, data_root, suites, *reports, isolation, quiet)):
        function = option(function)
    return function
