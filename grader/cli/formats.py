"""`--format` and `--junit`: what other platforms read, written to the place where each of them looks for it.

| format | its place | where that is missing |
|---|---|---|
| `github` | annotations on stdout, the summary in `$GITHUB_STEP_SUMMARY` | annotations alone |
| `gradescope` | `/autograder/results/results.json` | stdout |
| `classroom50` | `./result.json`, `./release-body.md` and `$GITHUB_OUTPUT` of a job of GitHub's | stdout |
| `classroom` | `$GITHUB_OUTPUT` | stdout |

Where a platform has its place, stdout holds the report as usual, and in a job of GitHub's nothing in it is a command.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path, PurePosixPath

import click

from grader.cli.exits import Exit
from grader.course import Course
from grader.faults import UsageError
from grader.records import Audience, Outcome, Result
from grader.submission import Submission

AUTOGRADER = Path("/autograder")
# A release of GitHub's holds at most 125,000 characters.
_RELEASE_BYTES = 120_000
# These platforms read the verdict in what we write, and take every exit code but 0 for a fault of ours.
_VERDICT_INSIDE = ("gradescope", "classroom50", "classroom")


@dataclass(frozen=True)
class Graded:
    """One whole result, with the submission that it is about and the HTML report that was written of it."""

    result: Result
    submission: Submission
    html: Path | None = None


class Formats:
    """What of `--format` and `--junit` was asked for. Made before the grading: wrong usage shows at once, and what lay there is gone.

    Raises:
        UsageError: the options do not go together, a place cannot be written, or the platform's environment is not there.
    """

    def __init__(
        self,
        name: str,
        junit: Path | None,
        *,
        json_path: str | None,
        audience: str | None,
        hints: bool,
        course: Course,
        env: Mapping[str, str],
    ) -> None:
        self._name = name
        self._junit = junit
        self._audience = Audience(audience or Audience.STUDENT)
        self._hints = hints
        self._course = course
        self._env = env
        if name != "text" and json_path == "-":
            raise UsageError(f"--format {name} and --json - both want stdout", cure="Write the JSON to a file.")
        self._check_places()

    def _check_places(self) -> None:
        from grader.render.write import check_writable

        place = self._file
        if place is not None:
            _remove_old(place)  # a student may have handed in a result of their own making
        for path in (self._junit, place):
            if path is not None:
                check_writable(path)
        if self._name == "classroom50":
            from grader.render.as_classroom50 import read_submitted

            read_submitted(self._env, datetime.now(timezone.utc))

    @property
    def _file(self) -> Path | None:
        """The file where the platform looks for the result, or None where there is none."""
        if self._name == "gradescope" and (AUTOGRADER / "results").is_dir():
            return AUTOGRADER / "results" / "results.json"
        return Path("result.json") if self._name == "classroom50" and self._in_job else None

    @property
    def _in_job(self) -> bool:
        return self._env.get("GITHUB_ACTIONS") == "true"

    @property
    def shows_report(self) -> bool:
        """Whether stdout is for the report rather than for the format itself."""
        if self._name == "classroom":
            return bool(self._env.get("GITHUB_OUTPUT"))
        return self._name in ("text", "github") or self._file is not None

    @contextlib.contextmanager
    def fence(self) -> Iterator[None]:
        """Have GitHub's runner carry out nothing of what is printed inside."""
        from grader.render.as_github import resume_commands, stop_commands

        if self._name == "text" or not (self._name == "github" or self._in_job):
            yield
            return
        token = secrets.token_hex(16)  # made after the student's code has ended
        click.echo(stop_commands(token))
        try:
            yield
        finally:
            click.echo(resume_commands(token))

    def write(self, graded: Sequence[Graded]) -> None:
        """Write all that was asked for but the report."""
        if self._junit is not None:
            self._write_junit(self._junit, graded)
        writers = {
            "github": self._write_github,
            "gradescope": self._write_gradescope,
            "classroom50": self._write_classroom50,
            "classroom": self._write_classroom,
        }
        if self._name in writers:
            writers[self._name](graded)

    def exit_of(self, code: Exit) -> Exit:
        """Return the exit code that the platform understands: for some it says only whether the grading went well."""
        return Exit.PASSED if code is Exit.NOT_PASSED and self._name in _VERDICT_INSIDE else code

    def _redacted(self, graded: Sequence[Graded]) -> list[Result]:
        from grader.render.audience import redact

        return [redact(one.result, self._audience) for one in graded]

    def _write_junit(self, path: Path, graded: Sequence[Graded]) -> None:
        from grader.render.as_junit import to_junit
        from grader.render.write import write_report

        project = Path(self._env.get("CI_PROJECT_DIR") or Path.cwd())
        reports = {one.result.exercise: _within(one.html, project) for one in graded if one.html is not None}
        attached = {name: report for name, report in reports.items() if report is not None}
        write_report(path, to_junit(self._redacted(graded), attached).decode("utf-8"))
        click.echo(f"report: {path}", err=True)

    def _write_github(self, graded: Sequence[Graded]) -> None:
        from grader.render.as_github import SUMMARY_BYTES, to_annotations, to_summary
        from grader.render.write import append_text

        results = self._redacted(graded)
        workspace = Path(self._env.get("GITHUB_WORKSPACE") or Path.cwd())
        paths = {one.result.exercise: _paths(one, workspace) for one in graded}
        for line in to_annotations(results, paths, hints=self._hints):
            click.echo(line)
        place = self._env.get("GITHUB_STEP_SUMMARY")
        if place:
            taken = Path(place).stat().st_size if Path(place).exists() else 0
            append_text(Path(place), to_summary(results, limit_bytes=SUMMARY_BYTES - taken))

    def _write_gradescope(self, graded: Sequence[Graded]) -> None:
        from grader.course_file import read_course_file
        from grader.render.as_gradescope import Metadata, lateness_of, read_metadata, to_gradescope

        if _grader_failed(graded):
            return  # without a file Gradescope says that the autograder failed; a file would say that the student did
        rules = read_course_file(self._course)
        told = AUTOGRADER / "submission_metadata.json"
        metadata = read_metadata(told.read_bytes()) if told.is_file() else Metadata()
        results = [one.result for one in graded]
        late = {one.exercise: lateness_of(metadata, rules.late, rules.due.get(one.exercise)) for one in results}
        self._hand_over(to_gradescope(results, self._audience, late, rules.gradescope))

    def _write_classroom50(self, graded: Sequence[Graded]) -> None:
        from grader.render.as_classroom50 import (
            classroom50_failure,
            classroom50_output,
            read_submitted,
            to_classroom50,
        )
        from grader.render.as_github import to_summary
        from grader.render.write import append_text, write_report

        results = self._redacted(graded)
        failed = _grader_failed(graded)
        if not failed:
            self._hand_over(to_classroom50(results, read_submitted(self._env, datetime.now(timezone.utc))))
            if self._in_job:
                _remove_old(Path("release-body.md"))
                write_report(Path("release-body.md"), to_summary(results, limit_bytes=_RELEASE_BYTES))
        place = self._env.get("GITHUB_OUTPUT")
        if place:
            append_text(Path(place), classroom50_failure(results) if failed else classroom50_output(results))

    def _write_classroom(self, graded: Sequence[Graded]) -> None:
        from grader.render.as_classroom import classroom_output, to_classroom
        from grader.render.write import append_text

        text = to_classroom(self._redacted(graded))
        place = self._env.get("GITHUB_OUTPUT")
        if place:
            append_text(Path(place), classroom_output(text))
        else:
            click.echo(text)

    def _hand_over(self, text: str) -> None:
        """Write to the platform's file, or to stdout where it has none."""
        from grader.render.write import write_report

        place = self._file
        if place is None:
            click.echo(text, nl=False)
        else:
            write_report(place, text)
            click.echo(f"report: {place}", err=True)


def _grader_failed(graded: Sequence[Graded]) -> bool:
    return any(one.result.outcome is Outcome.GRADER_ERROR for one in graded)


def _remove_old(path: Path) -> None:
    """Remove a file that was there before, a link itself and not what it points to."""
    if not path.is_symlink() and not path.is_file():
        return
    try:
        path.unlink()
    except OSError as error:
        cause = f"what was there before cannot be removed: {error.strerror}"
        raise UsageError(cause, where=str(path), cure="Remove it, or grade in a folder that you may write to.") from error


def _within(path: Path | None, root: Path) -> PurePosixPath | None:
    """Return `path` relative to `root`, or None where it lies elsewhere."""
    try:
        return PurePosixPath((path or root).resolve().relative_to(root.resolve()).as_posix()) if path else None
    except ValueError:
        return None


def _paths(graded: Graded, workspace: Path) -> Mapping[str, str]:
    """Return where the submitted files lie in the repository, by name; empty for archives and notebooks, whose lines are elsewhere."""
    path = graded.submission.path
    if path.is_file() and path.suffix != ".py":
        return {}
    folder = path if path.is_dir() else path.parent
    found = {}
    for name in graded.result.files:
        place = _within(folder / name, workspace) if name.endswith(".py") and (folder / name).is_file() else None
        if place is not None:
            found[name] = str(place)
    return found
