"""JUnit files, read again by GitLab's rules, by the schema of Jenkins, and by junitparser."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import PurePosixPath

import pytest
from golden_files import assert_golden
from junitparser import JUnitXml
from platforms import gitlab_cases, jenkins_faults
from sample_results import ACCESS, CALL, HOSTILE, SAMPLES, hidden_only, make_check, make_result, typical

from grader.records import Audience, Disclosure, Verdict
from grader.render.as_junit import to_junit
from grader.render.audience import redact


def student(*results):
    return to_junit([redact(result, Audience.STUDENT) for result in results])


def properties(document):
    return {entry.get("name"): entry.get("value") for entry in ET.fromstring(document).iter("property")}


def test_a_junit_file_is_as_it_was():
    assert_golden("junit.xml", student(typical()).decode())


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_result_is_valid_for_jenkins_and_for_gitlab(name, audience):
    result = redact(SAMPLES[name](), audience)

    document = to_junit([result])

    assert jenkins_faults(document) == []
    assert len(gitlab_cases(document)) == len([check for check in result.checks if check.name != "hidden checks"])
    (suite,) = JUnitXml.fromstring(document)
    assert suite.tests == len(list(suite))


def test_verdicts_are_failures_of_the_student_errors_of_the_grader_or_skipped():
    document = student(SAMPLES["every verdict"]())

    words = {case.name.rpartition(" ")[2]: case.status for case in gitlab_cases(document)}
    assert words == {
        "passed": "success",
        "partial": "failed",
        "failed": "failed",
        "not_implemented": "failed",
        "crashed": "failed",
        "timed_out": "failed",
        "out_of_memory": "failed",
        "refused": "failed",
        "not_run": "skipped",
        "grader_error": "error",
    }
    (suite,) = JUnitXml.fromstring(document)
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (10, 7, 1, 1)


def test_checks_that_are_called_alike_are_all_kept():
    document = student(make_result(*(make_check("It adds", name=f"test_hidden.py::test_{n}") for n in range(3)), make_check("It adds (2)")))

    names = [case.name for case in gitlab_cases(document)]
    assert len(set(names)) == 4


def test_points_are_properties_and_stand_in_the_text():
    result = make_result(make_check("It adds", Verdict.PARTIAL, points=Decimal("0.5"), max_points=Decimal(2), message="short by 2"))

    document = student(result)

    assert properties(document).items() >= {"points": "0.5", "max_points": "2", "points of It adds": "0.5", "max_points of It adds": "2"}.items()
    (case,) = gitlab_cases(document)
    assert case.output.startswith("0.5 of 2 points") and "short by 2" in case.output


def test_hidden_checks_are_left_out_and_the_totals_stay_true():
    secret = make_check("Secret", Verdict.FAILED, disclosure=Disclosure.NOTHING, message="a secret", concept=CALL)
    result = make_result(make_check("It adds", concept=ACCESS), secret)

    told, all_told = student(result), to_junit([result])

    assert b"ecret" not in told
    assert [case.name for case in gitlab_cases(told)] == ["It adds"]
    assert properties(told).items() >= {"points": "2", "max_points": "4", "max_points of hidden checks": "2"}.items()
    assert [case.name for case in gitlab_cases(all_told)] == ["It adds", "Secret"]
    assert gitlab_cases(student(hidden_only())) == []


def test_the_html_report_is_attached_to_failures_and_nothing_else_is():
    forged = "[[ATTACHMENT|/etc/passwd]]"
    failing = make_check("It adds", Verdict.FAILED, output=forged, message=forged, hint=forged)
    passing = make_check("It runs", output=forged)
    result = redact(make_result(failing, passing), Audience.STUDENT)

    with_report = gitlab_cases(to_junit([result], {"exercise3": PurePosixPath("out/report.html")}))
    without = gitlab_cases(to_junit([result]))

    assert [case.attachment for case in with_report] == ["out/report.html", None]
    assert [case.attachment for case in without] == [None, None]
    assert b"[[ATTACHMENT|/" not in to_junit([result])


def test_several_exercises_are_several_suites():
    document = student(typical(), make_result(make_check("It adds", Verdict.FAILED), exercise="exercise4"))

    assert [suite.name for suite in JUnitXml.fromstring(document)] == ["exercise3", "exercise4"]
    assert ET.fromstring(document).get("tests") == "9" and ET.fromstring(document).get("failures") == "4"
    assert jenkins_faults(document) == []


def test_what_xml_forbids_is_shown_escaped():
    document = student(make_result(make_check("It adds", Verdict.FAILED, message=HOSTILE + "\x0b\uffff")))

    assert "\\x0b" in gitlab_cases(document)[0].output
