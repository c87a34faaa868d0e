"""The result in a terminal or a pipe: readable at 80 columns and without colour, a word before each colour.

All that comes from a student or a suite is put into `rich.text.Text`, never into markup, and cleaned first.
"""

from __future__ import annotations

import contextlib
import io
import urllib.parse
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text

from grader.records import (
    CheckRecord,
    Excerpt,
    GradientEvidence,
    Grid,
    Outcome,
    Reading,
    Result,
    TableEvidence,
    TensorEvidence,
    Verdict,
)
from grader.render.clean import clean_text, tail, visible, visible_line
from grader.render.escape import without_commands
from grader.render.words import (
    VERDICT_WORDS,
    Stories,
    Story,
    blame_sentence,
    cell_text,
    counted,
    digits_for,
    gradient_facts,
    hidden_sentence,
    hidden_total_sentence,
    is_failing,
    main_file,
    nothing_implemented,
    points_of,
    score_sentence,
    seconds_text,
    sections,
    shape_text,
    to_read_again,
    verdict_counts,
    verdict_word,
)

_STYLES = {
    Verdict.PASSED: "bold green",
    Verdict.PARTIAL: "bold yellow",
    Verdict.NOT_IMPLEMENTED: "bold cyan",
    Verdict.NOT_RUN: "dim",
    Verdict.GRADER_ERROR: "bold magenta",
}
_FAILING_STYLE = "bold red"
_WORD_WIDTH = max(len(word) for word in VERDICT_WORDS.values())
_INDENT = " " * (_WORD_WIDTH + 2)
_LABEL_WIDTH = 10
_WIDTHS = (48, 96)
_MESSAGE_LIMIT = 1200
_NOTE_LIMIT = 600
_OUTPUT_LINES = 10
_DETAIL_LINES = 30
_EXCERPT_AROUND = 3
_GRID_ROWS, _GRID_COLUMNS = 6, 8
_TABLE_ROWS = 12
_GRADIENT_ROWS = 12


def wants_color(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Say whether to colour: not into a pipe, nor where NO_COLOR is non-empty (click ignores it)."""
    return stream.isatty() and not env.get("NO_COLOR")


def make_console(stream: TextIO, env: Mapping[str, str], *, quiet: bool = False, width: int | None = None) -> Console:
    """Return a console on `stream` that colours only where that is wanted and shows any text in any encoding.

    Args:
        quiet: print nothing.
        width: columns; by default those of the terminal, 80 in a pipe.
    """
    if isinstance(stream, io.TextIOWrapper):
        # A student's umlaut on an ASCII terminal is shown escaped; it must not end the report.
        with contextlib.suppress(OSError, ValueError, io.UnsupportedOperation):
            stream.reconfigure(errors="backslashreplace")
    return Console(
        file=stream,
        color_system="auto" if wants_color(stream, env) else None,
        width=width,
        quiet=quiet,
        highlight=False,
        markup=False,
        emoji=False,
    )


def print_result(result: Result, console: Console, *, hints: bool = False, task: Path | None = None) -> None:
    """Print the whole report of one submission.

    Args:
        hints: say as well what to look at next; else the last line tells how to get at it.
        task: the exercise's README.md on this machine, which a terminal that knows links opens by a click.
    """
    _Printer(console, hints=hints, task=task).result(result)


def print_checks(result: Result, console: Console, *, hints: bool = False, task: Path | None = None) -> None:
    """Print the checks of a report alone; arguments as those of `print_result`."""
    _Printer(console, hints=hints, task=task).checks(result)


def print_score(result: Result, console: Console) -> None:
    """Print the end of a report alone: the score and what it means."""
    _Printer(console).ending(result)


def print_results(results: Sequence[Result], console: Console) -> None:
    """Print one line an exercise and a total, for several results of one student."""
    _Printer(console).table(results)


class _Printer:
    """Lines of a report, wrapped and indented by hand so that a pipe gets no padding."""

    def __init__(self, console: Console, *, hints: bool = False, task: Path | None = None) -> None:
        self.console = console
        self.hints = hints
        self.task = task
        self.withheld = False
        self.width = min(max(console.width, _WIDTHS[0]), _WIDTHS[1])

    def line(self, *parts: str | Text) -> None:
        text = Text().join(part if isinstance(part, Text) else Text(part) for part in parts)
        text.rstrip()
        safe = without_commands(text.plain)
        if safe != text.plain:  # in a job of GitHub, where the log is read for commands
            text = Text(safe)
        self.console.print(text, soft_wrap=True)

    def paragraph(self, text: str, style: str | Style = "") -> None:
        for line in self.wrapped(text, self.width):
            line.stylize(style)
            self.line(line)

    def wrapped(self, text: str, width: int) -> list[Text]:
        """Return the lines of cleaned `text`, at least one, each at most `width` columns."""
        lines = Text(text.expandtabs(4)).wrap(self.console, max(width, 16))
        return list(lines) or [Text()]

    def block(self, label: str, text: str, style: str = "") -> None:
        """Print `label` and beside it `text`, wrapped, or nothing where there is no text."""
        if not text.strip():
            return
        head = _INDENT + label.ljust(_LABEL_WIDTH)
        for line in self.wrapped(text.strip(), self.width - len(head)):
            line.stylize(style)
            self.line(Text(head, "dim"), line)
            head = " " * len(head)

    def code(self, text: str, style: str = "", gutter: str = "") -> None:
        """Print one line of somebody's text as it stands, cut where it does not fit."""
        head = _INDENT + (gutter or " " * _LABEL_WIDTH)
        self.line(Text(head, "dim"), Text(_cut(text, self.width - len(head)), style))

    def row(self, word: str, style: str, title: str, right: str) -> None:
        """Print a verdict, a title and, flush right, points."""
        room = self.width - len(_INDENT) - len(right) - 2
        first, *rest = self.wrapped(title, room)
        gap = " " * (room - cell_len(first.plain) + 2)
        self.line(Text(word.ljust(len(_INDENT)), style), first, Text(gap + right))
        for line in rest:
            self.line(_INDENT, line)

    def result(self, result: Result) -> None:
        title = visible_line(f"{result.exercise}: {result.title}" if result.title else result.exercise)
        self.paragraph(title, "bold")
        if result.student:
            self.paragraph(visible_line(result.student), "dim")
        self.line("")
        self.checks(result)
        self.ending(result)

    def checks(self, result: Result) -> None:
        if result.outcome is Outcome.CANNOT_RUN:
            self.cannot_run(result)
        else:
            self.graded(result)

    def cannot_run(self, result: Result) -> None:
        """Print why the file does not run; the checks that wait for it are only counted."""
        causes = [check for check in result.checks if check.suite == "engine"]
        causes = causes or [check for check in result.checks if check.verdict is not Verdict.NOT_RUN][:1]
        stories = Stories(result)
        for check in causes:
            self.check(check)
            story = stories.of(check)
            self.story(story, story.hint or check.hint)
            self.line("")
        waiting = len(result.checks) - len(causes)
        if waiting:
            verb = "waits" if waiting == 1 else "wait"
            self.paragraph(f"{counted(waiting, 'check')} {verb} for {main_file(result)} to run.", "dim")
            self.line("")

    def graded(self, result: Result) -> None:
        stories = Stories(result)
        again = to_read_again(result, stories)
        calm = nothing_implemented(result)
        cause = None if calm else stories.shared
        for section in sections(result):
            self.paragraph(section.heading, "bold underline")
            for check in section.checks:
                self.check(check)
                if not calm:
                    self.told(check, stories, cause)
            self.reading(result.exercise, again.get(section.concept))
            self.line("")
        if cause is not None:
            self.paragraph("All of these have one cause:")
            self.story(cause, cause.hint)
            self.line("")

    def told(self, check: CheckRecord, stories: Stories, cause: Story | None) -> None:
        """Print below a check what it tells, or where that is told, and the hint that is its own."""
        if check.verdict is Verdict.PASSED:
            return
        story = stories.of(check)
        if not is_failing(check) and cause is not None:
            return  # what it waits for is told below
        if cause is None and story.first is check:
            self.story(story, story.hint or check.hint)
            return
        if cause is None:
            self.block("what", f'the same as "{visible_line(story.first.title or story.first.name)}"')
        if not story.hint:
            self.hint(check, check.hint)

    def reading(self, exercise: str, reading: Reading | None) -> None:
        """Print which section of the task teaches what the checks above are about."""
        if reading is None:
            return
        link = f"{self.task.as_uri()}#{urllib.parse.quote(reading.anchor)}" if self.task else None
        place = f'Read again: {exercise}/README.md, "{reading.heading}"'
        self.paragraph(visible_line(place), Style(dim=True, link=link))

    def check(self, check: CheckRecord) -> None:
        word = VERDICT_WORDS[check.verdict]
        points = points_of(check.points, check.max_points) if check.max_points else ""
        self.row(word, _STYLES.get(check.verdict, _FAILING_STYLE), visible_line(check.title or check.name), points)

    def story(self, story: Story, hint: str) -> None:
        """Print what and where, next where hints are asked for, and what else helps to find the mistake."""
        check = story.first
        self.block("what", clean_text(check.message, _MESSAGE_LIMIT))
        self.block("where", visible_line(check.where))
        if check.excerpt is not None:
            self.excerpt(check.excerpt)
        for evidence in check.evidence:
            if isinstance(evidence, TensorEvidence):
                self.tensors(evidence)
            elif isinstance(evidence, GradientEvidence):
                self.gradients(evidence)
            elif isinstance(evidence, TableEvidence):
                self.words_table(evidence)
        self.hint(check, hint)
        if story.also:
            titles = ", ".join(f'"{title}"' for title in story.also)
            self.block("also", f"the same at {counted(len(story.also), 'other check')}: {titles}")
        self.tail("printed", check.output, _OUTPUT_LINES)
        self.tail("detail", check.detail, _DETAIL_LINES)

    def hint(self, check: CheckRecord, hint: str) -> None:
        """Print what to look at next, or remember that there is something; what mends a fault of ours is no hint."""
        if self.hints or check.verdict is Verdict.GRADER_ERROR:
            self.block("next", clean_text(hint, _MESSAGE_LIMIT))
        elif hint.strip():
            self.withheld = True

    def tail(self, label: str, text: str, count: int) -> None:
        if not text.strip():
            return
        lines, before = tail(text, lines=count, width=self.width - len(_INDENT) - 2)
        cut = f"  the last {count} of {len(lines) + before:,} lines" if before else ""
        self.line(Text(_INDENT + label + cut, "dim"))
        for line in lines:
            self.line(Text(_INDENT + "| ", "dim"), Text(line))

    def excerpt(self, excerpt: Excerpt) -> None:
        lines = excerpt_lines(excerpt, around=_EXCERPT_AROUND)
        digits = max((len(str(number)) for number, _ in lines), default=1)
        for number, line in lines:
            here = number == excerpt.line
            gutter = f"{'>' if here else ' '} {number:>{digits}} | "
            caret = caret_offset(excerpt) if here else None
            room = self.width - len(_INDENT) - len(gutter)
            # A caret beyond the right edge is worth nothing: the line is shown from where the caret comes into view.
            skip = max(0, (caret or 0) - room + 12)
            self.code(line[skip:], "bold" if here else "", gutter)
            if caret is not None:
                self.code(" " * (caret - skip) + "^", "bold red", " " * (len(gutter) - 2) + "| ")

    def tensors(self, evidence: TensorEvidence) -> None:
        """Print small tensors; large ones are for the HTML report."""
        digits = digits_for(evidence)
        self.grid("yours", evidence.actual, digits, evidence.differs)
        if evidence.expected is not None:
            self.grid("expected", evidence.expected, digits, ())

    def grid(self, label: str, grid: Grid, digits: int, differs: Sequence[Sequence[bool]]) -> None:
        columns = max((len(row) for row in grid.rows), default=0)
        if not columns or len(grid.rows) > _GRID_ROWS or columns > _GRID_COLUMNS or grid.window:
            return
        cells = [
            [cell_text(value, grid.dtype, digits) + _mark(differs, i, j) for j, value in enumerate(row)]
            for i, row in enumerate(grid.rows)
        ]
        widths = [max(len(row[j]) for row in cells if j < len(row)) for j in range(columns)]
        if sum(widths) + columns > self.width - len(_INDENT) - _LABEL_WIDTH:
            return
        marked = ", * differs" if any(any(row) for row in differs) else ""
        self.block(label, f"shape {shape_text(grid.shape)}, {visible_line(grid.dtype)}{marked}")
        for row in cells:
            self.code(" ".join(cell.rjust(widths[j]) for j, cell in enumerate(row)))

    def gradients(self, evidence: GradientEvidence) -> None:
        shown = evidence.rows[:_GRADIENT_ROWS]
        if not shown:
            return
        names = [visible_line(row.name, 40) for row in shown]
        shapes = [shape_text(row.shape) for row in shown]
        self.block("gradients", visible_line(evidence.title))
        for row, name, shape in zip(shown, names, shapes, strict=False):
            self.code(f"{name:<{max(map(len, names))}}  {shape:<{max(map(len, shapes))}}  {', '.join(gradient_facts(row))}")
        if len(evidence.rows) > len(shown):
            self.code(f"and {len(evidence.rows) - len(shown):,} more")

    def words_table(self, evidence: TableEvidence) -> None:
        """Print a table of words; a star marks the rows that are wrong."""
        shown = evidence.rows[:_TABLE_ROWS]
        if not shown:
            return
        cells = [[visible_line(cell, 60) for cell in row] for row in (evidence.columns, *shown)]
        widths = [max(cell_len(row[column]) for row in cells if column < len(row)) for column in range(len(evidence.columns))]
        self.block("table", visible_line(evidence.title))
        for number, row in enumerate(cells):
            mark = "* " if number - 1 in evidence.wrong else "  "
            self.code(mark + "  ".join(f"{cell}{' ' * (width - cell_len(cell))}" for cell, width in zip(row, widths, strict=False)))
        if len(evidence.rows) > len(shown):
            self.code(f"and {len(evidence.rows) - len(shown):,} more")

    def ending(self, result: Result) -> None:
        """Print score, what it means and what the reader should know besides."""
        style = "bold green" if result.passed and result.checks else "bold"
        if result.outcome is Outcome.GRADER_ERROR:
            self.line(Text(verdict_word(result), style))
        else:
            score = f"{points_of(result.points, result.max_points)} points  {verdict_word(result)}"
            self.line(Text(score, style), Text(f"  ({seconds_text(result.seconds)})", "dim"))
        for sentence in (score_sentence(result), blame_sentence(result), hidden_sentence(result)):
            if sentence:
                self.paragraph(sentence)
        for note in result.notes:
            self.paragraph(f"Note: {clean_text(note, _NOTE_LIMIT)}")
        if self.withheld:
            self.paragraph("What to look at next: the same command with --hint.")

    def table(self, results: Sequence[Result]) -> None:
        rows = [
            (
                visible_line(result.exercise, 24),
                verdict_word(result),
                points_of(result.points, result.max_points),
                verdict_counts(result),
                seconds_text(result.seconds),
            )
            for result in results
        ]
        total = Decimal(0)
        most = Decimal(0)
        for result in results:
            total += result.points
            most += result.max_points
        passed = sum(result.passed and bool(result.checks) for result in results)
        seconds = seconds_text(sum(result.seconds for result in results))
        head = ("exercise", "result", "points", "checks", "time")
        last = ("total", f"{passed} of {len(results)} passed", points_of(total, most), "", seconds)
        widths = [max(len(row[column]) for row in (head, *rows, last)) for column in range(len(head))]
        self.table_row(head, widths, "dim")
        for row, result in zip(rows, results, strict=False):
            self.table_row(row, widths, "green" if result.passed and result.checks else "")
        self.table_row(last, widths, "bold")
        hidden = hidden_total_sentence(results)
        if hidden:
            self.paragraph(hidden)

    def table_row(self, row: Sequence[str], widths: Sequence[int], style: str) -> None:
        name, verdict, points, counts, seconds = row
        head = f"{name:<{widths[0]}}  {verdict:<{widths[1]}}  {points:>{widths[2]}}  {seconds:>{widths[4]}}"
        lines = self.wrapped(counts, self.width - cell_len(head) - 2)
        self.line(Text(head, style), "  ", lines[0])
        for line in lines[1:]:
            self.line(" " * (cell_len(head) + 2), line)


def excerpt_lines(excerpt: Excerpt, *, around: int) -> list[tuple[int, str]]:
    """Return number and visible text of the line that is meant and of `around` lines on either side."""
    numbered = enumerate(excerpt.lines, excerpt.first_line)
    near = [(number, line) for number, line in numbered if abs(number - excerpt.line) <= around]
    return [(number, visible(line.rstrip("\r\n").expandtabs(4)).replace("\n", "\\n")) for number, line in near]


def caret_offset(excerpt: Excerpt) -> int | None:
    """Return how many columns the caret stands to the right in the visible line, or None where there is no caret."""
    index = excerpt.line - excerpt.first_line
    if excerpt.column < 1 or not 0 <= index < len(excerpt.lines):
        return None
    before = excerpt.lines[index][: excerpt.column - 1]
    return cell_len(visible(before.expandtabs(4)))


def _mark(differs: Sequence[Sequence[bool]], row: int, column: int) -> str:
    return "*" if row < len(differs) and column < len(differs[row]) and differs[row][column] else " "


def _cut(text: str, width: int) -> str:
    return text if cell_len(text) <= width else text[: max(width - 3, 1)] + "..."
