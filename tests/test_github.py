"""Annotations and summaries, read as GitHub's runner and Markdown readers do."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest
from golden_files import assert_golden
from markdown_it import MarkdownIt
from platforms import KEPT_ANNOTATIONS, SUMMARY_BYTES, carried_out
from sample_results import EXCERPT, SAMPLES, make_check, make_result, one_exception, stub, typical

from grader.records import Audience, Disclosure, Excerpt, Verdict
from grader.render.as_github import resume_commands, stop_commands, to_annotations, to_summary
from grader.render.audience import redact

PATHS = {"exercise3": {"calculator.py": "work/calculator.py"}}


def annotations(*results, paths=PATHS, **options):
    return carried_out("\n".join(to_annotations([redact(one, Audience.STUDENT) for one in results], paths, **options)))


def failing(count, **fields):
    return [make_check(f"It keeps promise {number}", Verdict.FAILED, message=f"broken in way {number}", **fields) for number in range(count)]


def tables(markdown):
    """Return the cells of all tables, a list a row."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    rows = []
    for token, inside in itertools.pairwise(tokens):
        if token.type == "tr_open":
            rows.append([])
        if token.type in ("td_open", "th_open"):
            rows[-1].append(inside.content)
    return rows


def test_annotations_and_summary_are_as_they_were():
    shown = [redact(typical(), Audience.STUDENT)]

    assert_golden("github.txt", "".join(f"{line}\n" for line in to_annotations(shown, PATHS)))
    assert_golden("github.md", to_summary(shown))


def test_a_mistake_is_annotated_once_at_the_students_line():
    found = [(name, put.get("file"), put.get("line")) for name, put, _ in annotations(typical())]

    assert found == [("error", "work/calculator.py", "15"), ("warning", None, None), ("notice", None, None)]


def test_what_to_look_at_next_is_told_when_it_is_asked_for():
    without, with_hints = annotations(typical()), annotations(typical(), hints=True)

    assert "Which container" not in str(without) and "Which container" in str(with_hints)


def test_a_file_that_was_not_handed_in_is_never_annotated():
    forged = Excerpt(file=".github/workflows/grade.yml", first_line=1, lines=("x",), line=1)

    found = annotations(make_result(make_check("It adds", Verdict.FAILED, message="no", excerpt=forged)))

    assert all("file" not in put for _, put, _ in found)


@pytest.mark.parametrize("count", [9, 10, 11, 40])
def test_no_more_is_annotated_than_github_keeps_and_the_rest_is_counted(count):
    found = annotations(make_result(*failing(count)))

    errors = [(put["title"], message) for name, put, message in found if name == "error"]
    assert len(errors) == min(count, KEPT_ANNOTATIONS)
    if count > KEPT_ANNOTATIONS:
        assert errors[-1][0] == f"and {count - KEPT_ANNOTATIONS + 1} more"


def test_an_untouched_file_gets_one_word_and_not_one_a_check():
    found = annotations(stub())

    assert [name for name, _, _ in found] == ["warning", "notice"]


def test_a_check_that_tells_its_verdict_alone_is_a_row_and_no_annotation():
    quiet = make_check("It divides", Verdict.FAILED, disclosure=Disclosure.VERDICT, message="kept back")
    result = make_result(*SAMPLES["hidden only"]().checks, quiet)

    summary = to_summary([redact(result, Audience.STUDENT)])

    assert [name for name, _, _ in annotations(result)] == ["notice"]
    assert "| FAIL | It divides | 0 of 2 |" in summary and "| PART | 2 hidden checks" in summary and "####" not in summary


def test_the_notice_tells_the_score_of_each_exercise():
    notices = [message for name, _, message in annotations(typical(), make_result(exercise="exercise4")) if name == "notice"]

    assert notices == ["exercise3: 8.5 of 16 points, not passed yet", "exercise4: 0 of 0 points, no checks"]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_summary_has_a_row_a_check(name):
    shown = redact(SAMPLES[name](), Audience.STUDENT)

    rows = tables(to_summary([shown]))

    assert len(rows) == len(shown.checks) + bool(shown.checks)
    assert all(len(row) == 3 for row in rows)


def test_a_summary_ends_before_githubs_limit_and_says_so():
    checks = failing(1500, excerpt=EXCERPT, output="Zoë " * 4000, hint="h" * 900, disclosure=Disclosure.ALL)

    whole = to_summary([make_result(*checks)])
    little = to_summary([make_result(*checks)], limit_bytes=5000)

    for text, limit in ((whole, SUMMARY_BYTES), (little, 5000)):
        assert limit * 0.8 < len(text.encode()) <= limit
        assert text.rstrip().splitlines()[-1] == "*The rest is left out: GitHub shows no summary of more than 1 MiB.*"
    assert to_summary([make_result(*checks)], limit_bytes=10) == ""
    assert "left out" not in to_summary([typical()])


def test_hints_and_output_are_folded_in_the_summary():
    summary = to_summary([redact(typical(), Audience.STUDENT)])

    hint = summary.index("Which container")
    assert "<details><summary>What to look at next</summary>" in summary[:hint]
    assert "calculator ready" in summary and "0.5 of 2" in summary


def test_one_exception_is_told_once():
    summary = to_summary([redact(one_exception(), Audience.STUDENT)])

    assert summary.count("must match the size") == 1 and "The same at: Large tensors" in summary


def test_between_stop_and_resume_nothing_is_carried_out():
    log = "\n".join(["::notice::a", stop_commands("s3cret"), "::error::b", "##[error]c", "::guess::", "::add-mask::d", resume_commands("s3cret"), "::notice::e"])

    assert [message for _, _, message in carried_out(log)] == ["a", "e"]


def test_points_are_not_rounded_up_to_full():
    result = make_result(make_check("It adds", Verdict.PARTIAL, points=Decimal("9.999"), max_points=Decimal(10)))

    assert "9.99 of 10" in to_summary([result])
