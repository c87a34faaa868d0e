"""Results as one JUnit file, for GitLab, Jenkins and whatever else reads such.

The file keeps to what both read. GitLab (`lib/gitlab/ci/parsers/test/junit.rb`) knows a case by the names of suite, class and
case and keeps one of each; it reads text, not messages, and attachments of failures alone. Jenkins validates by the schema of
its xUnit plugin (`junit-10.xsd`), where a case has no properties and no file: points of cases are properties of the suite.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from grader.records import CheckRecord, Result, Verdict
from grader.render.account import check_account, check_title
from grader.render.audience import HIDDEN_NAME
from grader.render.clean import visible_line
from grader.render.escape import xml_characters
from grader.render.words import points_of, points_text

# What GitLab takes for the path of an attachment, wherever it stands in the output.
_ATTACHMENT = re.compile(r"\[(?=\[ATTACHMENT\|)", re.IGNORECASE)


def to_junit(results: Sequence[Result], reports: Mapping[str, PurePosixPath] | None = None) -> bytes:
    """Return redacted results as a JUnit document: a suite an exercise, a case a check.

    What the student's code broke is a `failure`, what the grader could not judge an `error`. The one line that stands for all
    checks that are not told of is no case: its points are properties of the suite, so that the totals stay true.

    Args:
        reports: exercise -> its HTML report, relative to the root of the project, for GitLab to attach.
    """
    root = ET.Element("testsuites", name="grade")
    for result in results:
        root.append(_suite(result, (reports or {}).get(result.exercise)))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", _seconds(sum(result.seconds for result in results)))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _suite(result: Result, report: PurePosixPath | None) -> ET.Element:
    checks = [check for check in result.checks if check.name != HIDDEN_NAME]
    hidden = [check for check in result.checks if check.name == HIDDEN_NAME]
    name = visible_line(result.exercise)
    suite = ET.Element(
        "testsuite",
        name=name,
        tests=str(len(checks)),
        failures=str(sum(_kind(check) == "failure" for check in checks)),
        errors=str(sum(_kind(check) == "error" for check in checks)),
        skipped=str(sum(_kind(check) == "skipped" for check in checks)),
        time=_seconds(result.seconds),
    )
    cases = list(zip(_unique_names(checks), checks))
    properties = ET.SubElement(suite, "properties")
    for key, value in (*_facts(result, hidden), *(pair for case, check in cases for pair in _points(f" of {case}", check))):
        ET.SubElement(properties, "property", name=xml_characters(key), value=xml_characters(value))
    for case, check in cases:
        suite.append(_case(name, case, check, report))
    return suite


def _facts(result: Result, hidden: Sequence[CheckRecord]) -> list[tuple[str, str]]:
    facts = [
        ("points", points_text(result.points, ceiling=result.max_points)),
        ("max_points", points_text(result.max_points)),
        ("passed", str(result.passed).lower()),
        ("outcome", result.outcome.value),
        ("seed", str(result.environment.seed)),
        ("grader", result.environment.grader),
    ]
    return facts + [pair for check in hidden for pair in _points(" of hidden checks", check)]


def _points(whose: str, check: CheckRecord) -> list[tuple[str, str]]:
    return [
        (f"points{whose}", points_text(check.points, ceiling=check.max_points)),
        (f"max_points{whose}", points_text(check.max_points)),
    ]


def _unique_names(checks: Sequence[CheckRecord]) -> list[str]:
    """Return a name a check; of checks that are called alike the later ones get a number that no other has."""
    names: list[str] = []
    for check in checks:
        title, number = check_title(check), 1
        name = title
        while name in names:
            number += 1
            name = f"{title} ({number})"
        names.append(name)
    return names


def _case(suite: str, name: str, check: CheckRecord, report: PurePosixPath | None) -> ET.Element:
    case = ET.Element("testcase", name=name, classname=suite, time=_seconds(check.seconds))
    if check.concept:
        case.set("group", visible_line(check.concept))
    points = f"{points_of(check.points, check.max_points)} points" if check.max_points else "no points"
    account = _text(check_account(check))
    kind = _kind(check)
    if kind:
        # Rails reads `type` as the type of the content; no verdict is one of those that it knows.
        said = ET.SubElement(case, kind, type=check.verdict.value, message=_message(check))
        said.text = f"{points}\n{account}"
    # The attachment comes first: GitLab takes the first, and a failure's alone.
    attached = [f"[[ATTACHMENT|{xml_characters(str(report))}]]"] if kind == "failure" and report else []
    printed = [] if kind else [account]
    ET.SubElement(case, "system-out").text = "\n".join(line for line in (*attached, points, *printed) if line)
    return case


def _message(check: CheckRecord) -> str:
    return _text(visible_line(check.message or check_account(check).partition("\n")[0]))


def _text(text: str) -> str:
    return xml_characters(_ATTACHMENT.sub(r"\\x5b", text))


def _kind(check: CheckRecord) -> str:
    if check.verdict is Verdict.PASSED:
        return ""
    if check.verdict is Verdict.NOT_RUN:
        return "skipped"
    return "error" if check.verdict is Verdict.GRADER_ERROR else "failure"


def _seconds(seconds: float) -> str:
    return f"{max(seconds, 0.0):.3f}" if math.isfinite(seconds) else "0.000"
