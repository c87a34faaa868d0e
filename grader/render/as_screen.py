"""One result as `grade watch` shows it: score and what changed first, then what does not pass, cut to the height of the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from grader.changes import Changes
from grader.records import CheckRecord, Outcome, Result, Verdict
from grader.render.as_text import print_checks, print_score
from grader.render.clean import visible_line
from grader.render.words import points_text

_MOST_NAMED = 4
# A part of a report that is shorter than this says nothing.
_LEAST_LINES = 5
_CHANGES: tuple[tuple[str, str, str], ...] = (
    ("fixed", "fixed", "bold green"),
    ("broken", "broken", "bold red"),
    ("risen", "more points", "bold yellow"),
    ("fallen", "fewer points", "bold yellow"),
    ("no_longer_run", "not run now", "dim"),
)
_WORD_WIDTH = max(len(word) for _, word, _ in _CHANGES) + 2


@dataclass(frozen=True)
class View:
    """What the reader has asked to see.

    Attributes:
        hints: whether to show the hints.
        every_check: whether to show all checks, and all of each, rather than what does not pass and fits.
        rows: lines of the screen that may be used; None for any number.
        task: the exercise's README.md on this machine, for links.
    """

    hints: bool = False
    every_check: bool = False
    rows: int | None = None
    task: Path | None = None


def screen_of(result: Result, changes: Changes | None, view: View, console: Console) -> list[str]:
    """Return the lines of a screen, with the colours of `console`.

    Args:
        changes: what is different since the result before; None where there is none to compare with.
    """
    head = _captured(console, lambda: _print_head(result, changes, console))
    body = result if view.every_check or result.outcome is Outcome.CANNOT_RUN else _not_passed(result)
    lines = _captured(console, lambda: print_checks(body, console, hints=view.hints, task=view.task))
    while lines and not lines[-1].strip():
        lines.pop()
    if view.rows is not None and not view.every_check:
        lines = _fitting(lines, max(view.rows - len(head) - 1, _LEAST_LINES))
    return [*head, "", *lines] if lines else head


def _captured(console: Console, show: Callable[[], None]) -> list[str]:
    with console.capture() as capture:
        show()
    return capture.get().split("\n")[:-1]


def _print_head(result: Result, changes: Changes | None, console: Console) -> None:
    title = visible_line(f"{result.exercise}: {result.title}" if result.title else result.exercise)
    console.print(Text(title, "bold"), soft_wrap=True)
    print_score(result, console)
    for line in [] if changes is None else lines_of_changes(changes):
        console.print(line, overflow="ellipsis", no_wrap=True)


def lines_of_changes(changes: Changes) -> list[Text]:
    """Return what has changed, a line each: points, then checks by what became of them."""
    lines = []
    if changes.points_before != changes.points_after:
        points = f"{points_text(changes.points_before)} -> {points_text(changes.points_after)}"
        lines.append(_line("points", "bold", points))
    for attribute, word, style in _CHANGES:
        checks: Sequence[CheckRecord] = getattr(changes, attribute)
        for check in checks[:_MOST_NAMED]:
            lines.append(_line(word, style, visible_line(check.title or check.name)))
        if len(checks) > _MOST_NAMED:
            lines.append(_line(word, style, f"and {len(checks) - _MOST_NAMED} more"))
    return lines or [Text("the same checks pass as before", "dim")]


def _line(word: str, style: str, rest: str) -> Text:
    return Text.assemble((f"{word:<{_WORD_WIDTH}}", style), rest)


def _fitting(lines: list[str], room: int) -> list[str]:
    if len(lines) <= room:
        return lines
    left_out = len(lines) - room + 1
    return [*lines[: room - 1], f"... {left_out:,} more lines: press l for all of them"]


def _not_passed(result: Result) -> Result:
    return msgspec.structs.replace(
        result, checks=tuple(check for check in result.checks if check.verdict is not Verdict.PASSED)
    )
