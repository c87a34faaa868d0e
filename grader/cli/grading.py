"""`grade EXERCISE` and `grade all`."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from grader.cli.at_hand import course_at_hand
from grader.cli.exits import Exit
from grader.cli.formats import Formats, Graded
from grader.course import Course, find_exercise, working_exercises
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.job import Started
from grader.records import Audience, Outcome, Result
from grader.render.clean import visible
from grader.render.write import check_writable
from grader.run import Grader, Progress
from grader.submission import Submission, read_submission
from grader.terms import Choices, datasets_of


def grade_one(
    name: str,
    submission: Path | None,
    *,
    course: Path | None,
    device: str,
    seed: int,
    data_root: Path | None,
    suites: str,
    json_path: str | None,
    html_path: Path | None,
    junit_path: Path | None,
    format_name: str,
    audience: str | None,
    isolation: str,
    quiet: bool,
    hints: bool,
) -> Exit:
    """Grade one submission and write what was asked for."""
    found = course_at_hand(course)
    exercise = find_exercise(found, name)
    read = read_for(exercise, submission)
    formats = Formats(
        format_name, junit_path, json_path=json_path, audience=audience, hints=hints, course=found, env=os.environ
    )
    for path in (html_path, None if json_path == "-" else json_path):
        if path is not None:
            check_writable(Path(path))
    choices = Choices(device=device, seed=seed, data_root=data_root, suites=suites, isolation=isolation)
    datasets_of(exercise, choices)  # what is missing is told at once, before anything is started
    with Grader(choices) as grader:
        _load_reports(html_path)
        with progress(exercise.title) as show:
            result = grader.grade(exercise, read, show)
        # Files first: a reader of stdout that goes away early (`| head`) must not cost them.
        _write(result, audience, json_path, html_path)
        formats.write([Graded(result, read, html_path)])
        if formats.shows_report:
            with formats.fence():
                _show(result, audience, quiet, json_path, hints=hints, task=exercise.task)
    return formats.exit_of(_exit_of([result]))


def grade_all(
    submissions: Path | None,
    *,
    course: Path | None,
    device: str,
    seed: int,
    data_root: Path | None,
    suites: str,
    json_path: str | None,
    html_path: Path | None,
    junit_path: Path | None,
    format_name: str,
    audience: str | None,
    isolation: str,
    quiet: bool,
) -> Exit:
    """Grade every exercise of the course, one after the other."""
    found = course_at_hand(course)
    pairs, skipped = _pairs(found, submissions)
    for problem in skipped:
        click.echo(f"left out: {visible(problem)}", err=True)
    formats = Formats(
        format_name, junit_path, json_path=json_path, audience=audience, hints=False, course=found, env=os.environ
    )
    graded = []
    folders = [Path(path) for path in (html_path, None if json_path in (None, "-") else json_path) if path is not None]
    for folder in folders:
        _make_folder(folder)
    with Grader(Choices(device=device, seed=seed, data_root=data_root, suites=suites, isolation=isolation)) as grader:
        _load_reports(html_path)
        for exercise, read in pairs:
            with progress(exercise.title) as show:
                result = grader.grade(exercise, read, show)
            html = html_path / f"{exercise.name}.html" if html_path else None
            json = str(Path(json_path) / f"{exercise.name}.json") if json_path and json_path != "-" else json_path
            graded.append(Graded(result, read, html))
            _write(result, audience, json, html)
            if json_path == "-":
                _print_json(result, audience)
    formats.write(graded)
    results = [one.result for one in graded]
    if json_path != "-" and formats.shows_report:
        with formats.fence():
            _print_table(results, audience, quiet)
    if html_path:
        _write_index(html_path, results)
    return formats.exit_of(_exit_of(results))


def _write_index(folder: Path, results: list[Result]) -> None:
    from grader.render.as_html import to_html_index
    from grader.render.write import write_report

    write_report(folder / "index.html", to_html_index(results, [f"{result.exercise}.html" for result in results]))
    click.echo(f"report: {folder / 'index.html'}", err=True)


def read_for(exercise: Exercise, submission: Path | None) -> Submission:
    """Read a submission; by default the exercise's own file. A single file of a student brings the modules beside it along."""
    path = exercise.stub if submission is None else submission
    return read_submission(path, exercise, siblings=True)


def _pairs(course: Course, submissions: Path | None) -> tuple[list[tuple[Exercise, Submission]], list[str]]:
    """Return what is graded by `grade all`, and what is left out and why."""
    exercises, broken = working_exercises(course)
    if broken:
        raise broken[0]
    pairs, skipped = [], []
    for exercise in exercises:
        if submissions is None:
            pairs.append((exercise, read_for(exercise, None)))
            continue
        candidates = [submissions / f"{exercise.name}{ending}" for ending in ("", ".zip", ".py", ".ipynb")] + [
            submissions / exercise.file
        ]
        path = next((candidate for candidate in candidates if candidate.exists()), None)
        if path is None:
            skipped.append(f"{exercise.name}: nothing for it in {submissions}")
        else:
            pairs.append((exercise, read_for(exercise, path)))
    if not pairs:
        cure = "It should hold one folder an exercise: exercise1, exercise2, ..."
        raise UsageError("there is nothing to grade", where=str(submissions), cure=cure)
    return pairs, skipped


@contextlib.contextmanager
def progress(title: str) -> Iterator[Progress]:
    """Show on a terminal's stderr which check runs; show nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda started: None
        return
    from rich.console import Console
    from rich.status import Status
    from rich.text import Text

    console = Console(stderr=True, no_color=bool(os.environ.get("NO_COLOR")))
    with Status(Text(f"{title}: starting"), console=console) as status:

        def show(started: Started) -> None:
            status.update(Text(f"{started.number}/{started.total} {started.title}"))

        yield show


def _load_reports(html_path: Path | None) -> None:
    """Import what writes reports while torch is being imported next door."""
    import grader.render.as_text

    if html_path is not None:
        import grader.render.as_html  # noqa: F401


def _audience(named: str | None, default: Audience) -> Audience:
    return default if named is None else Audience(named)


def _show(
    result: Result, audience: str | None, quiet: bool, json_path: str | None, *, hints: bool, task: Path | None
) -> None:
    if json_path == "-":
        _print_json(result, audience)
    elif quiet:
        click.echo(_score_line(result))
    else:
        from grader.render.as_text import make_console, print_result
        from grader.render.audience import redact

        shown = redact(result, _audience(audience, Audience.STUDENT))
        print_result(shown, make_console(sys.stdout, os.environ), hints=hints, task=task)


def _score_line(result: Result) -> str:
    from grader.render.words import points_of, score_sentence

    return f"{result.exercise}: {points_of(result.points, result.max_points)}. {score_sentence(result)}"


def _print_table(results: list[Result], audience: str | None, quiet: bool) -> None:
    from grader.render.as_text import make_console, print_results
    from grader.render.audience import redact

    if quiet:
        for result in results:
            click.echo(_score_line(result))
        return
    shown = [redact(result, _audience(audience, Audience.STUDENT)) for result in results]
    print_results(shown, make_console(sys.stdout, os.environ))


def _print_json(result: Result, audience: str | None) -> None:
    from grader.render.as_json import to_json
    from grader.render.audience import redact

    click.echo(to_json(redact(result, _audience(audience, Audience.INSTRUCTOR))).rstrip("\n"))


def _write(result: Result, audience: str | None, json_path: str | None, html_path: Path | None) -> None:
    from grader.render.audience import redact

    if json_path and json_path != "-":
        from grader.render.as_json import to_json
        from grader.render.write import write_report

        write_report(Path(json_path), to_json(redact(result, _audience(audience, Audience.INSTRUCTOR))))
    if html_path:
        from grader.render.as_html import write_html

        write_html(redact(result, _audience(audience, Audience.STUDENT)), html_path)
        click.echo(f"report: {html_path}", err=True)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"the folder for the reports cannot be made: {error.strerror}",
            where=str(folder),
            cure="Name a folder that you may write to.",
        ) from error


def _exit_of(results: list[Result]) -> Exit:
    if any(result.outcome is Outcome.GRADER_ERROR for result in results):
        return Exit.GRADER_FAULT
    return Exit.PASSED if all(result.passed for result in results) else Exit.NOT_PASSED


__all__: list[Any] = ["grade_all", "grade_one", "progress", "read_for"]
