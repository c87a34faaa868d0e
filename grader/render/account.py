"""What a check or a whole result says, as plain lines: for platforms that have a field of text and no layout of ours.

Whoever shows these lines may do so in the log of a job, so nothing in them is a command there.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.records import CheckRecord, Excerpt, Outcome, Result, Verdict
from grader.render.clean import clean_text, tail, visible_line
from grader.render.escape import without_commands
from grader.render.words import (
    VERDICT_PHRASES,
    blame_sentence,
    hidden_sentence,
    points_of,
    score_sentence,
    verdict_word,
)

_TEXT_LIMIT = 2000
_OUTPUT_LINES, _LINE_WIDTH = 20, 200
_DETAIL_LINES = 40
_EXCERPT_AROUND = 2


@dataclass(frozen=True)
class Place:
    """A line of one of the student's files, counted from 1; `file` is its name as the student knows it."""

    file: str
    line: int


def check_title(check: CheckRecord) -> str:
    """Return what the check is called, on one line, never empty."""
    return without_commands(visible_line(check.title or check.name)) or "a check"


def check_place(check: CheckRecord) -> Place | None:
    """Return the line that the check is about, or None where it names none."""
    if check.excerpt is not None:
        return Place(check.excerpt.file, check.excerpt.line)
    file, _, rest = check.where.partition(":")
    number = rest.partition(",")[0].strip()
    return Place(file, int(number)) if number.isascii() and number.isdigit() and len(number) < 7 else None


def check_account(check: CheckRecord) -> str:
    """Return what happened, where, and what to look at next; of a check that passed only what it printed."""
    if check.verdict is Verdict.PASSED:
        return _joined(_labelled("printed", _last_lines(check.output, _OUTPUT_LINES)))
    return _joined(
        VERDICT_PHRASES[check.verdict],
        _labelled("what", clean_text(check.message.strip(), _TEXT_LIMIT)),
        _labelled("where", visible_line(check.where)),
        excerpt_text(check.excerpt) if check.excerpt is not None else "",
        _labelled("next", clean_text(check.hint.strip(), _TEXT_LIMIT)),
        _labelled("printed", _last_lines(check.output, _OUTPUT_LINES)),
        _labelled("detail", _last_lines(check.detail, _DETAIL_LINES)),
    )


def result_account(result: Result) -> str:
    """Return the score and what it means, in a few sentences on a line each."""
    if result.outcome is Outcome.GRADER_ERROR:
        return result_meaning(result)
    return f"{points_of(result.points, result.max_points)} points. {result_meaning(result)}"


def result_meaning(result: Result) -> str:
    """Return what the score means, and what else the reader should know, in a few sentences on a line each."""
    sentences = (score_sentence(result), blame_sentence(result), hidden_sentence(result))
    return _joined(*sentences, *(f"Note: {clean_text(note, _TEXT_LIMIT)}" for note in result.notes))


def score_line(result: Result) -> str:
    """Return exercise, points and verdict on one line."""
    name = visible_line(result.exercise, 60)
    if result.outcome is Outcome.GRADER_ERROR:
        return without_commands(f"{name}: {verdict_word(result)}")
    return without_commands(f"{name}: {points_of(result.points, result.max_points)} points, {verdict_word(result).lower()}")


def excerpt_text(excerpt: Excerpt) -> str:
    """Return the lines of the file around the one that is meant, numbered, a mark at that one."""
    near = {
        number: _code_line(line)
        for number, line in enumerate(excerpt.lines, excerpt.first_line)
        if abs(number - excerpt.line) <= _EXCERPT_AROUND
    }
    digits = max((len(str(number)) for number in near), default=1)
    return "\n".join(
        f"{'>' if number == excerpt.line else ' '} {number:>{digits}} | {line}".rstrip() for number, line in near.items()
    )


def _code_line(line: str) -> str:
    """Return a line of code as one visible line with its indentation, which `visible_line` strips."""
    plain = line.expandtabs(4).rstrip()
    body = plain.lstrip(" ")
    return " " * min(len(plain) - len(body), _LINE_WIDTH) + visible_line(body, _LINE_WIDTH)


def _last_lines(text: str, count: int) -> str:
    """Return the end of what was printed, a bar before each line; empty where nothing was."""
    if not text.strip():
        return ""
    lines, before = tail(text, lines=count, width=_LINE_WIDTH)
    head = f"(the last {count} of {len(lines) + before:,} lines)\n" if before else ""
    return head + "\n".join(f"| {line}" for line in lines)


def _labelled(label: str, text: str) -> str:
    if not text:
        return ""
    return f"{label}:\n{text}" if "\n" in text else f"{label}: {text}"


def _joined(*parts: str) -> str:
    return without_commands("\n".join(part for part in parts if part))
