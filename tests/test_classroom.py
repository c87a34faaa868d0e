"""Classroom 50's result.json, and the JSON of GitHub Classroom's older reporter."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from decimal import Decimal

import pytest
from golden_files import assert_golden
from platforms import classroom50_faults, commands_in, outputs_in, report_to_classroom
from sample_results import SAMPLES, grader_error, make_check, make_result, passed, typical

from grader.faults import UsageError
from grader.records import Audience, Outcome, Verdict
from grader.render.as_classroom import classroom_output, to_classroom
from grader.render.as_classroom50 import (
    classroom50_failure,
    classroom50_output,
    read_submitted,
    to_classroom50,
)
from grader.render.audience import redact

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=timezone.utc)
ENV = {
    "CLASSROOM": "dl",
    "ASSIGNMENT": "exercise3",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "USERNAME": "ada",
    "COMMIT_URL": "https://github.com/dl/dl-exercise3-ada/commit/a1b2c3d",
    "RELEASE_URL": "https://github.com/dl/dl-exercise3-ada/releases/tag/x",
}


def shown(result):
    return redact(result, Audience.STUDENT)


def classroom50(*results, env=ENV):
    return to_classroom50([shown(result) for result in results], read_submitted(env, NOW))


def reported(*results):
    line = classroom_output(to_classroom([shown(result) for result in results]))
    return report_to_classroom({"grade": outputs_in(line)["result"]})


def test_a_classroom50_result_is_as_it_was():
    assert_golden("classroom50.json", classroom50(typical()))


def test_a_classroom_result_is_as_it_was():
    assert_golden("classroom.json", to_classroom([shown(typical())]) + "\n")


@pytest.mark.parametrize("name", SAMPLES)
def test_every_result_is_valid_for_classroom50(name):
    result = SAMPLES[name]()

    text = classroom50(result)

    assert classroom50_faults(text) == []
    read = json.loads(text)
    assert (read["score"], read["max-score"]) == (result.points * 100, result.max_points * 100)
    assert sum(test["score"] for test in read["tests"]) == read["score"]


@pytest.mark.parametrize(
    ("points", "of", "score"),
    [("8.5", "10", 850), ("0.07", "1", 7), ("1.15", "2", 115), ("0.29", "1", 29), ("9.999", "10", 999), ("3.335", "5", 334)],
)
def test_points_become_hundredths_exactly_and_never_full_too_early(points, of, score):
    check = make_check("It adds", Verdict.PARTIAL, points=Decimal(points), max_points=Decimal(of))

    read = json.loads(classroom50(make_result(check)))

    assert read["score"] == read["tests"][0]["score"] == score


def test_the_instant_is_that_of_the_tag_and_not_of_the_clock():
    assert json.loads(classroom50(typical()))["datetime"] == "2026-06-01T14:32:05Z"
    for tag in ("submit/first", "submit/2026-99-01T14-32-05Z-a"):
        assert json.loads(classroom50(typical(), env={**ENV, "SUBMISSION_TAG": tag}))["datetime"] == "2026-11-28T12:00:00Z"


def test_what_the_runner_stamps_is_left_to_it():
    read = json.loads(classroom50(typical(), env={**ENV, "USERNAME": "", "ASSIGNMENT_TYPE": "group"}))

    assert "owner" not in read and read["assignment_type"] == "group"
    assert json.loads(classroom50(typical(), env={**ENV, "OWNER": "bob"}))["owner"] == "bob"


@pytest.mark.parametrize(
    ("env", "words"),
    [({}, "CLASSROOM, ASSIGNMENT"), ({**ENV, "COMMIT_URL": ""}, "COMMIT_URL is not set"), ({**ENV, "SUBMISSION_TAG": "main"}, "submit/")],
)
def test_outside_of_classroom50_it_is_wrong_usage(env, words):
    with pytest.raises(UsageError, match=words):
        read_submitted(env, NOW)


def test_status_and_summary_are_outputs_of_the_step():
    assert outputs_in(classroom50_output([shown(passed())])) == {"status": "success", "summary": "exercise3: 12 of 12 points, passed"}
    assert outputs_in(classroom50_output([shown(typical())]))["status"] == "failure"
    assert outputs_in(classroom50_output([shown(typical()), shown(passed())]))["summary"] == "20.5 of 28 points"
    assert outputs_in(classroom50_failure([grader_error()])) == {"status": "error", "summary": "exercise3: Not graded"}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_reporter_tells_the_points(name):
    result = SAMPLES[name]()

    told = reported(result)

    if result.max_points:
        assert (told.total, told.maximum) == (float(result.points), float(result.max_points))
    assert told.failed is not result.passed
    assert commands_in(told.log) == []


def test_several_exercises_add_up_and_a_fault_of_ours_is_an_error():
    assert reported(typical(), passed()).total == 20.5
    assert json.loads(to_classroom([shown(grader_error())]))["status"] == "error"
    assert shown(grader_error()).outcome is Outcome.GRADER_ERROR


def test_lines_of_the_file_are_told():
    tests = json.loads(to_classroom([shown(typical())]))["tests"]

    assert (tests[1]["filename"], tests[1]["line_no"]) == ("calculator.py", 15)
    assert tests[0]["line_no"] == 0
