"""The result as one HTML page that stands alone: no script, no outside asset, light and dark, made for paper too.

Python decides what the page says and hands the templates plain strings; the templates only lay out. Every string passes
`clean.visible` on its way into the page (Jinja's `finalize`) and is escaped by Jinja.
"""

from __future__ import annotations

import shlex
import urllib.parse
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import msgspec

from grader.records import (
    CheckRecord,
    Excerpt,
    Outcome,
    Reading,
    Result,
    Verdict,
)
from grader.render import words
from grader.render.as_text import caret_offset, excerpt_lines
from grader.render.clean import clean_text, tail, visible_line
from grader.render.html_evidence import evidence_views
from grader.render.html_views import CheckView, CodeLine, IndexRow, PageView, ReadingView, SectionView, StoryView
from grader.render.jinja import environment
from grader.render.reading import section_html
from grader.render.write import write_report

_TONES = {
    Verdict.PASSED: "good",
    Verdict.PARTIAL: "part",
    Verdict.NOT_IMPLEMENTED: "todo",
    Verdict.NOT_RUN: "quiet",
    Verdict.GRADER_ERROR: "ours",
}
_MESSAGE_LIMIT = 4000
_NOTE_LIMIT = 1000
_OUTPUT_LINES, _OUTPUT_WIDTH = 200, 500
_EXCERPT_AROUND = 8
_READING_LEVEL = 4


def to_html(result: Result) -> str:
    """Return the report of one submission as a whole page."""
    return environment().get_template("report.html").render(page=_page(result))


def write_html(result: Result, path: Path) -> None:
    """Write the report of one submission to `path` in one step.

    Raises:
        UsageError: the place cannot be written.
    """
    write_report(path, to_html(result))


def to_html_index(results: Sequence[Result], links: Sequence[str]) -> str:
    """Return an overview page of several results of one student.

    Args:
        links: one a result: the path of its report relative to this page, or empty where there is none.
    """
    rows = tuple(_index_row(result, link) for result, link in zip(results, links, strict=True))
    points = sum((result.points for result in results), Decimal(0))
    max_points = sum((result.max_points for result in results), Decimal(0))
    passed = sum(result.passed and bool(result.checks) for result in results)
    hidden = words.hidden_total_sentence(results)
    return environment().get_template("index.html").render(
        rows=rows,
        student=visible_line(results[0].student) if results else "",
        points=words.points_text(points, ceiling=max_points),
        max_points=words.points_text(max_points),
        percent=_percent(points, max_points),
        tone="good" if results and passed == len(results) else "plain",
        sentence=f"{passed} of {words.counted(len(results), 'exercise')} passed.",
        asides=(hidden,) if hidden else (),
    )  # fmt: skip


def _page(result: Result) -> PageView:
    stories = words.Stories(result)
    calm = words.nothing_implemented(result)
    cause = None if calm else stories.shared
    again = words.to_read_again(result, stories)
    asides = (words.blame_sentence(result), words.hidden_sentence(result))
    return PageView(
        exercise=visible_line(result.exercise),
        title=visible_line(result.title or result.exercise),
        student=visible_line(result.student),
        files=visible_line(", ".join(result.files)),
        verdict=words.verdict_word(result),
        tone=_page_tone(result),
        points=words.points_text(result.points, ceiling=result.max_points),
        max_points=words.points_text(result.max_points),
        percent=_percent(result.points, result.max_points),
        sentence=words.score_sentence(result),
        asides=tuple(aside for aside in asides if aside),
        notes=tuple(clean_text(note, _NOTE_LIMIT) for note in result.notes),
        cause=None if cause is None else _story(cause.first, cause.hint),
        sections=_sections(result, stories, again, fold_all=calm or cause is not None),
        readings=_readings(result, again),
        command=_command(result),
        facts=_facts(result),
    )


def _page_tone(result: Result) -> str:
    if result.outcome is Outcome.GRADER_ERROR:
        return "ours"
    if result.outcome is Outcome.CANNOT_RUN:
        return "bad"
    return "good" if result.passed and result.checks else "plain"


def _percent(points: Decimal, max_points: Decimal) -> str:
    if max_points <= 0:
        return "0"
    return f"{min(max(points / max_points, Decimal(0)), Decimal(1)) * 100:.2f}"


def _sections(
    result: Result, stories: words.Stories, again: Mapping[str, Reading], *, fold_all: bool
) -> tuple[SectionView, ...]:
    views = []
    for number, section in enumerate(words.sections(result), 1):
        views.append(
            SectionView(
                number=number,
                again=section.concept in again,
                heading=section.heading,
                points=words.points_of(section.points, section.max_points) if section.max_points else "",
                passing=_passing(section),
                checks=tuple(_check(check, stories.of(check), fold_all=fold_all) for check in section.checks),
            )
        )
    return tuple(views)


def _passing(section: words.Section) -> str:
    if not section.max_points:
        return ""  # what the engine found: no promise of the exercise that could be kept
    passing = sum(check.verdict is Verdict.PASSED for check in section.checks)
    return f"{passing:,} of {words.counted(len(section.checks), 'check')} passed"


def _readings(result: Result, again: Mapping[str, Reading]) -> tuple[ReadingView, ...]:
    numbered = enumerate(words.sections(result), 1)
    return tuple(
        ReadingView(
            number=number,
            heading=visible_line(again[section.concept].heading),
            body=section_html(again[section.concept].text, heading_level=_READING_LEVEL),
        )
        for number, section in numbered
        if section.concept in again
    )


def _check(check: CheckRecord, told: words.Story, *, fold_all: bool) -> CheckView:
    title = visible_line(check.title or check.name)
    if told.first is check:
        same_as = ""
        story = _story(check, told.hint or check.hint, told.also)
    else:
        same_as = visible_line(told.first.title or told.first.name)
        # Told once; what this check alone measured stays, and so does a hint of its own.
        story = msgspec.structs.replace(_story(check, "" if told.hint else check.hint), what="", where="", code=())
    return CheckView(
        title=title,
        phrase=words.VERDICT_PHRASES[check.verdict],
        tone=_TONES.get(check.verdict, "bad"),
        points=words.points_of(check.points, check.max_points) if check.max_points else "",
        is_open=words.is_failing(check) and not fold_all and _has_story(check),
        same_as=same_as,
        name=visible_line(check.name),
        seconds=words.seconds_text(check.seconds) if check.seconds else "",
        story=story,
    )


def _has_story(check: CheckRecord) -> bool:
    texts = (check.message, check.hint, check.where, check.output, check.detail)
    return any(texts) or check.excerpt is not None or bool(check.evidence)


def _story(check: CheckRecord, hint: str, also: tuple[str, ...] = ()) -> StoryView:
    output, before = tail(check.output, lines=_OUTPUT_LINES, width=_OUTPUT_WIDTH) if check.output.strip() else ((), 0)
    detail, _ = tail(check.detail, lines=_OUTPUT_LINES, width=_OUTPUT_WIDTH) if check.detail.strip() else ((), 0)
    cut = f", the last {len(output)} of {len(output) + before:,} lines" if before else ""
    is_cure = check.verdict is Verdict.GRADER_ERROR  # what mends a fault of ours is nothing that a student should find
    return StoryView(
        what=clean_text(check.message, _MESSAGE_LIMIT),
        where=visible_line(check.where),
        next=clean_text(hint, _MESSAGE_LIMIT) if is_cure else "",
        hint="" if is_cure else clean_text(hint, _MESSAGE_LIMIT),
        also=also,
        also_head=f"The same at {words.counted(len(also), 'other check')}",
        file=visible_line(check.excerpt.file) if check.excerpt else "",
        code=_code(check.excerpt) if check.excerpt else (),
        evidence=tuple(view for evidence in check.evidence for view in evidence_views(evidence)),
        output=output,
        output_head=f"What your code printed{cut}",
        detail=detail,
    )


def _code(excerpt: Excerpt) -> tuple[CodeLine, ...]:
    lines = excerpt_lines(excerpt, around=_EXCERPT_AROUND)
    offset = caret_offset(excerpt)
    caret = "" if offset is None else " " * offset + "^"
    tokens = _highlight([text for _, text in lines])
    return tuple(
        CodeLine(number, number == excerpt.line, line, caret if number == excerpt.line else "")
        for (number, _), line in zip(lines, tokens, strict=False)
    )


def _highlight(lines: Sequence[str]) -> list[tuple[tuple[str, str], ...]]:
    """Return the tokens of each line as (CSS class, text)."""
    from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]  # it ships no types
    from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]  # it ships no types

    result: list[list[tuple[str, str]]] = [[]]
    for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens("\n".join(lines)):
        first, *rest = text.split("\n")
        css = STANDARD_TYPES.get(kind, "")[:1]
        for index, part in enumerate((first, *rest)):
            if index:
                result.append([])
            if part:
                result[-1].append((css, part))
    return [tuple(line) for line in result]


def _command(result: Result) -> str:
    """Return the command that grades the same submission with the same inputs again."""
    seed = str(result.environment.seed)
    parts = ["grade", result.exercise, *result.files[:1], "--seed", seed, "--device", result.device]
    return visible_line(" ".join(shlex.quote(part) for part in parts), 400)


def _facts(result: Result) -> tuple[tuple[str, str], ...]:
    environment = result.environment
    facts = (
        ("Seed", str(environment.seed)),
        ("Device", f"{result.device} {environment.device_name}".strip()),
        ("torch", environment.torch),
        ("Python", environment.python),
        ("Grader", environment.grader),
        ("Platform", environment.platform),
        ("Isolation", environment.isolation),
        ("Start", environment.start),
        ("Time", words.seconds_text(result.seconds)),
        ("Files (SHA-256)", result.sha256),
        ("Suite (SHA-256)", environment.suite_sha256),
    )
    return tuple((name, visible_line(value)) for name, value in facts if value)


def _index_row(result: Result, link: str) -> IndexRow:
    return IndexRow(
        exercise=visible_line(result.exercise),
        title=visible_line(result.title or result.exercise),
        # Quoted, so that a name with a colon can be no `javascript:` address.
        # And a name whose bytes are no UTF-8 keeps them.
        href=urllib.parse.quote(link, errors="surrogateescape"),
        verdict=words.verdict_word(result),
        tone=_page_tone(result),
        points=words.points_of(result.points, result.max_points),
        percent=_percent(result.points, result.max_points),
        checks=words.verdict_counts(result, words.VERDICT_PHRASES).lower(),
        seconds=words.seconds_text(result.seconds),
    )
