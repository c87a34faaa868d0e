"""Results in a job of GitHub's: annotations at the student's lines, and a summary of the job.

GitHub keeps ten errors, ten warnings and ten notices a step, and drops a summary above 1 MiB altogether (docs.github.com, "Workflow
commands"). So the first failing lines are annotated, the last annotation says how many more there are, and the summary holds the rest
as far as it goes.

Whatever else goes into the log of the step is printed between `stop_commands` and `resume_commands`: in between the runner carries
out nothing (actions/runner, ActionCommandManager.cs), and nobody can end that who does not know the token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.records import CheckRecord, Outcome, Result, Verdict
from grader.render.account import check_place, excerpt_text, result_meaning, score_line
from grader.render.clean import clean_text, tail, visible_line
from grader.render.escape import markdown_code_block, markdown_text, workflow_command
from grader.render.words import (
    VERDICT_PHRASES,
    VERDICT_WORDS,
    Stories,
    Story,
    counted,
    nothing_implemented,
    points_of,
    sections,
    verdict_word,
)

MOST_ANNOTATIONS = 10  # of a kind, a step
SUMMARY_BYTES = 1024 * 1024
_MESSAGE_LIMIT, _TITLE_LIMIT = 1000, 120
_OUTPUT_LINES, _OUTPUT_WIDTH = 30, 160
_LEVELS = {Verdict.PARTIAL: "warning", Verdict.NOT_IMPLEMENTED: "warning"}
_CUT = "\n*The rest is left out: GitHub shows no summary of more than 1 MiB.*\n"


@dataclass(frozen=True)
class _Annotation:
    """What one annotation says, and where; `path` is empty and `line` 0 where it is about no file of the repository."""

    level: str
    title: str
    message: str
    path: str = ""
    line: int = 0

    def written(self) -> str:
        place: dict[str, str | int] = {"file": self.path, "line": self.line} if self.path else {}
        return workflow_command(self.level, self.message, {**place, "title": self.title})


def stop_commands(token: str) -> str:
    """Return the line after which the runner carries out nothing until `resume_commands` with the same token."""
    return workflow_command("stop-commands", token)


def resume_commands(token: str) -> str:
    """Return the line that ends what `stop_commands` began."""
    return f"::{token}::"


def to_annotations(
    results: Sequence[Result], paths: Mapping[str, Mapping[str, str]], *, hints: bool = False
) -> tuple[str, ...]:
    """Return the workflow commands that annotate redacted results, a line each, as many as GitHub keeps.

    Args:
        paths: exercise -> name of a submitted file -> its path in the repository. Only these files are annotated: a name that
            the student's code made up is none of them.
        hints: say as well what to look at next.
    """
    found = [one for result in results for one in _annotations(result, paths.get(result.exercise, {}), hints)]
    kept = [one for level in ("error", "warning", "notice") for one in _bounded([one for one in found if one.level == level])]
    return tuple(one.written() for one in kept)


def _bounded(annotations: Sequence[_Annotation]) -> Sequence[_Annotation]:
    if len(annotations) <= MOST_ANNOTATIONS:
        return annotations
    kept = annotations[: MOST_ANNOTATIONS - 1]
    rest = len(annotations) - len(kept)
    return [*kept, _Annotation(kept[0].level, f"and {rest:,} more", "The summary of the job tells them all.")]


def _annotations(result: Result, paths: Mapping[str, str], hints: bool) -> Iterator[_Annotation]:
    yield _Annotation("notice", visible_line(result.exercise, _TITLE_LIMIT), score_line(result))
    stories = _stories(result)
    for story in stories[:1] if nothing_implemented(result) else stories:  # one word on what is still to do, not one a check
        yield _annotation(story, paths, hints)


def _stories(result: Result) -> list[Story]:
    """Return what failing checks tell, each story once; a check that tells nothing but its verdict has none."""
    stories = Stories(result)
    telling = [check for check in stories.failing if check.message.strip() or check.excerpt is not None]
    return [story for check in telling if (story := stories.of(check)).first is check]


def _annotation(story: Story, paths: Mapping[str, str], hints: bool) -> _Annotation:
    check = story.first
    words = [clean_text(check.message.strip() or VERDICT_PHRASES[check.verdict], _MESSAGE_LIMIT)]
    if story.also:
        words.append(f"The same at {counted(len(story.also), 'other check')}.")
    if hints and story.hint:
        words.append(f"next: {clean_text(story.hint.strip(), _MESSAGE_LIMIT)}")
    place = check_place(check)
    path = paths.get(place.file, "") if place else ""
    title = visible_line(check.title or check.name, _TITLE_LIMIT)
    return _Annotation(
        _LEVELS.get(check.verdict, "error"), title, "\n".join(words), path, place.line if place and path else 0
    )


def to_summary(results: Sequence[Result], *, limit_bytes: int = SUMMARY_BYTES) -> str:
    """Return redacted results as Markdown of at most `limit_bytes`; where that is not enough the last line says so."""
    room = limit_bytes - len(_CUT.encode())
    kept: list[str] = []
    for block in (block for result in results for block in _blocks(result)):
        room -= len(block.encode("utf-8"))
        if room < 0:
            kept.append(_CUT)
            break
        kept.append(block)
    return "".join(kept) if limit_bytes >= len(_CUT.encode()) else ""


def _blocks(result: Result) -> Iterator[str]:
    """Return pieces of the summary that are each whole Markdown."""
    title = f"{result.exercise}: {result.title}" if result.title else result.exercise
    yield f"\n### {markdown_text(visible_line(title))}\n\n**{_score(result)}**\n\n{markdown_text(result_meaning(result))}\n"
    if result.checks:
        yield "\n| result | check | points |\n|---|---|---:|\n"
    for section in sections(result):
        for check in section.checks:
            points = points_of(check.points, check.max_points) if check.max_points else ""
            yield f"| {VERDICT_WORDS[check.verdict]} | {markdown_text(visible_line(check.title or check.name))} | {points} |\n"
    if nothing_implemented(result):
        return
    for story in _stories(result):
        yield _told(story)


def _score(result: Result) -> str:
    if result.outcome is Outcome.GRADER_ERROR:
        return verdict_word(result)
    return f"{points_of(result.points, result.max_points)} points, {verdict_word(result).lower()}"


def _told(story: Story) -> str:
    check = story.first
    parts = [f"#### {markdown_text(visible_line(check.title or check.name))}"]
    parts.append(markdown_text(clean_text(check.message.strip(), _MESSAGE_LIMIT)) or VERDICT_PHRASES[check.verdict])
    if check.where:
        parts.append(markdown_text(visible_line(check.where)))
    if check.excerpt is not None:
        parts.append(markdown_code_block(excerpt_text(check.excerpt)))
    if story.also:
        parts.append("The same at: " + ", ".join(markdown_text(title) for title in story.also))
    parts += _folds(check, story.hint or check.hint)
    return "\n" + "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _folds(check: CheckRecord, hint: str) -> list[str]:
    folds = []
    if hint.strip():
        folds.append(_fold("What to look at next", markdown_text(clean_text(hint.strip(), _MESSAGE_LIMIT))))
    for label, text in (("What it printed", check.output), ("Detail, for instructors", check.detail)):
        if text.strip():
            lines, before = tail(text, lines=_OUTPUT_LINES, width=_OUTPUT_WIDTH)
            cut = f", the last {len(lines)} of {len(lines) + before:,} lines" if before else ""
            folds.append(_fold(label + cut, markdown_code_block("\n".join(lines))))
    return folds


def _fold(label: str, content: str) -> str:
    # The empty lines end GitHub's block of HTML, so that what stands between is Markdown, and a fence in it is one.
    return f"<details><summary>{label}</summary>\n\n{content.rstrip()}\n\n</details>"
