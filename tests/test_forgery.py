"""Whatever a student's code prints or answers, each format has the same checks with the same points, and no command but ours."""

from __future__ import annotations

import io
import itertools
import json
import re
from datetime import datetime, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from junitparser import JUnitXml
from markdown_it import MarkdownIt
from platforms import (
    carried_out,
    classroom50_faults,
    commands_in,
    gitlab_cases,
    gradescope_faults,
    jenkins_faults,
    outputs_in,
    report_to_classroom,
)
from sample_results import make_check, make_result

from grader.records import Audience, Disclosure, Excerpt, Result, Verdict
from grader.render.as_classroom import classroom_output, to_classroom
from grader.render.as_classroom50 import (
    classroom50_output,
    read_submitted,
    to_classroom50,
)
from grader.render.as_github import resume_commands, stop_commands, to_annotations, to_summary
from grader.render.as_gradescope import to_gradescope
from grader.render.as_junit import to_junit
from grader.render.as_text import make_console, print_result
from grader.render.audience import redact

FORGERIES = {
    "a notice of full points": "::notice title=Autograding complete::Points 100/100",
    "a report of full points": '::notice title=Autograding report::{"totalPoints":100,"maxPoints":100}',
    "an older command": "##[error]forged",
    "a command behind blanks": "\u3000 ::error file=x.py,line=1::forged",
    "a token that stops all": "::stop-commands::x\n::x::",
    "a message's end": "x%0A::error::forged",
    "a case of its own": '</failure></testcase><testcase classname="exercise3" name="forged"/>',
    "the end of a section": "]]></system-out><system-out><![CDATA[",
    "a suite": '<testsuite name="forged" tests="1"><properties><property name="points" value="100"/></properties></testsuite>',
    "an entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "an attachment": "[[ATTACHMENT|/etc/passwd]]",
    "a result of its own": '{"score": 100, "tests": [{"name": "forged", "score": 100, "max_score": 100}]}',
    "more of the JSON": '"}], "score": 100, "tests": [{"name": "forged',
    "an output": "x\nresult=eyJ0ZXN0cyI6W119\nstatus=success",
    "an output in lines": "x\nstatus<<EOF\nsuccess\nEOF",
    "a row": "\n| PASS | forged | 100 of 100 |\n",
    "a fence's end": "```\n\n# forged\n\n````\n</code></pre></details>",
    "a page": "<script>alert(1)</script></details><h1>forged</h1>",
    "controls": "\x00\x0b\x1b[2J\x1b]0;x\x07\u202e\ufffe\ud800\r\n\r",
}
PIECES = (*FORGERIES.values(), "\n", "\r", " ", "`", "|", "]]", "::", "%", "<", "&", '"', "\\", "Zoë", "\u200d", "x=1")
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), min_size=1, max_size=5).map("".join).filter(str.strip)
HARMLESS = "words"
OUR_HTML = re.compile("<br>|</details>|<details><summary>(What to look at next|What it printed(, the last 30 of [0-9,]+ lines)?)</summary>")
CLASSROOM50 = read_submitted(
    {
        "CLASSROOM": "dl",
        "ASSIGNMENT": "exercise3",
        "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a",
        "OWNER": "ada",
        "COMMIT_URL": "https://example.org/c",
        "RELEASE_URL": "https://example.org/r",
    },
    datetime(2026, 6, 1, tzinfo=timezone.utc),
)


def result_saying(text: str) -> Result:
    """Return what a student reads of a run in which all that the student's code had a say in says `text`."""
    excerpt = Excerpt(file=text, first_line=1, lines=(text, text), line=1, column=1)
    said = {"message": text, "where": text, "output": text, "excerpt": excerpt, "disclosure": Disclosure.ALL}
    checks = (
        make_check("It adds", output=text),
        make_check("It subtracts", Verdict.FAILED, **said),
        make_check("It divides", Verdict.PARTIAL, points=make_check("x").points / 4, **{**said, "excerpt": None}),
        make_check("It multiplies", Verdict.CRASHED, **said),
        make_check("It waits", Verdict.NOT_RUN, message=text),
    )
    result = make_result(*checks, student=text, files=(text, "calculator.py"), notes=(text,))
    return redact(result, Audience.STUDENT)


def in_log(result: Result, token: str) -> str:
    """Return the log of a step of `--format github`."""
    stream = io.StringIO()
    print_result(result, make_console(stream, {}), hints=True)
    annotations = to_annotations([result], {result.exercise: {"calculator.py": "calculator.py"}}, hints=True)
    return "\n".join([*annotations, stop_commands(token), stream.getvalue(), resume_commands(token)])


@pytest.mark.parametrize("text", FORGERIES.values(), ids=FORGERIES)
def test_a_forgery_changes_nothing_but_words(text: str) -> None:
    check_all(text)


@settings(max_examples=40, deadline=None)
@given(TEXTS)
@example("::notice::x\n" * 40)
def test_no_text_changes_anything_but_words(text: str) -> None:
    check_all(text)


def check_all(text: str) -> None:
    """Compare every format of a result that says `text` with that of one that says something harmless."""
    forged, plain = result_saying(text), result_saying(HARMLESS)

    assert junit_facts(forged) == junit_facts(plain)
    assert gradescope_facts(forged) == gradescope_facts(plain)
    assert classroom50_facts(forged) == classroom50_facts(plain)
    assert classroom_facts(forged) == classroom_facts(plain)
    assert github_facts(forged) == github_facts(plain)
    assert summary_facts(forged) == summary_facts(plain)


def junit_facts(result: Result) -> object:
    document = to_junit([result])
    assert jenkins_faults(document) == []
    cases = [(case.status, case.suite, case.classname, case.name, case.attachment) for case in gitlab_cases(document)]
    (suite,) = JUnitXml.fromstring(document)
    return cases, [(entry.name, entry.value) for entry in suite.properties()], (suite.tests, suite.failures, suite.errors)


def gradescope_facts(result: Result) -> object:
    text = to_gradescope([result])
    assert gradescope_faults(text) == []
    read = json.loads(text)
    tests = [{key: value for key, value in test.items() if key != "output"} for test in read["tests"]]
    return {**read, "tests": tests, "output": ""}


def classroom50_facts(result: Result) -> object:
    text = to_classroom50([result], CLASSROOM50)
    assert classroom50_faults(text) == []
    read = json.loads(text)
    tests = [{key: value for key, value in test.items() if key != "message"} for test in read["tests"]]
    assert all(commands_in(test["message"]) == [] for test in read["tests"])
    return {**read, "tests": tests}, outputs_in(classroom50_output([result]))


def classroom_facts(result: Result) -> object:
    written = to_classroom([result])
    outputs = outputs_in(classroom_output(written))
    told = report_to_classroom({"grade": outputs["result"]})
    assert commands_in(told.log) == []
    tests = [(test["name"], test["status"], test["score"]) for test in json.loads(written)["tests"]]
    return list(outputs), told.total, told.maximum, told.failed, tests


def github_facts(result: Result) -> object:
    found = carried_out(in_log(result, "a-token-that-nobody-knows"))
    # Even without the fence: the report itself holds no command.
    assert len(commands_in(in_log(result, "t"))) == len(found) + 1
    notices = [(properties, message) for name, properties, message in found if name == "notice"]
    return notices, sorted({properties.get("file", "calculator.py") for _, properties, _ in found}), {name for name, _, _ in found}


def summary_facts(result: Result) -> object:
    summary = to_summary([result])
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(summary)
    rows = [inside.content for token, inside in itertools.pairwise(tokens) if token.type == "td_open"]
    html = {child.content.strip() for token in tokens for child in token.children or () if child.type == "html_inline"}
    html |= {line for token in tokens if token.type == "html_block" for line in token.content.split("\n") if line}
    assert all(OUR_HTML.fullmatch(one) for one in html)
    headings = [inside.content for token, inside in itertools.pairwise(tokens) if token.type == "heading_open"]
    return rows, headings
