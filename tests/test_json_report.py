"""The result as JSON: the schema, numbers that any reader takes, and reading it back."""

import json
import math
from decimal import Decimal

import msgspec
import pytest
from sample_results import CURVE, SAMPLES, every_evidence, hostile, make_check, make_result, typical

from grader.faults import UsageError
from grader.records import SCHEMA, CheckRecord, Environment, Result, Verdict
from grader.render import as_json
from grader.render.as_json import from_json, to_json

EXAMPLE_OF_THE_FIRST_VERSION = """
{"schema": "grade/result/1", "exercise": "exercise3", "title": "…", "student": "ada", "files": ["calculator.py"],
 "sha256": "…", "outcome": "graded", "points": 8.5, "max_points": 10, "device": "cpu", "seconds": 0.42,
 "checks": [{"name": "test_hidden.py::test_order", "title": "…", "suite": "hidden", "disclosure": "hint",
             "verdict": "passed", "points": 2, "max_points": 2, "message": "", "hint": "", "where": "calculator.py:14",
             "output": "…", "seconds": 0.01, "evidence": []}],
 "environment": {"grader": "…", "python": "…", "torch": "…", "isolation": "full", "suite_sha256": "…"}}
"""


def strict(text):
    """Return the JSON in `text`, refusing what JSON does not know: NaN, Infinity."""
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_every_result_is_one_line_of_strict_json_that_reads_back(sample):
    result = sample()

    text = to_json(result)

    assert "\n" not in text
    assert text.isascii()
    assert strict(text)["schema"] == SCHEMA
    assert to_json(from_json(text)) == text


def test_a_result_survives_the_way_there_and_back():
    result = typical()

    assert from_json(to_json(result)) == result


@pytest.mark.parametrize(
    ("points", "written"),
    [
        pytest.param("10", "10", id="whole"),
        pytest.param("10.00", "10", id="whole with zeros"),
        pytest.param("8.5", "8.5", id="one decimal"),
        pytest.param("3.333333333333", "3.33", id="a third"),
        pytest.param("0.125", "0.13", id="half a cent goes up"),
        pytest.param("11.999", "11.99", id="never up to full points"),
        pytest.param("0", "0", id="nothing"),
    ],
)
def test_points_are_numbers_with_two_decimals(points, written):
    result = make_result(make_check("A", Verdict.PARTIAL, points=Decimal(points), max_points=Decimal(12)))

    text = to_json(result)

    assert f'"points": {written}, "max_points": 12,' in text
    assert strict(text)["checks"][0]["points"] == float(written)


def test_a_point_missing_by_a_hair_does_not_read_as_passed():
    result = make_result(make_check("A", Verdict.PARTIAL, points=Decimal("1.9999"), max_points=Decimal(2)))

    fields = strict(to_json(result))

    assert (fields["points"], fields["passed"]) == (1.99, False)


def test_numbers_that_are_not_finite_are_null_and_come_back_in_curves():
    text = to_json(every_evidence())

    curve = strict(text)["checks"][0]["evidence"][3]
    assert curve["series"][0]["y"][3] is None
    back = from_json(text).checks[0].evidence[3]
    assert math.isnan(back.series[0].y[3])
    assert back.series[1] == CURVE.series[1]


def test_text_that_is_no_unicode_is_written_escaped():
    text = to_json(hostile())

    text.encode("utf-8")
    msgspec.json.decode(text)  # stricter than the standard library: it refuses lone surrogates
    assert "half \\\\ud83d of a face" in text


def test_a_file_of_the_first_version_reads():
    result = from_json(EXAMPLE_OF_THE_FIRST_VERSION)

    assert (result.points, result.max_points, result.pass_mark) == (Decimal("8.5"), Decimal(10), 1.0)
    assert result.checks[0].concept == ""
    assert result.environment.platform == ""


def test_unknown_fields_of_a_newer_file_are_ignored():
    fields = json.loads(to_json(typical()))
    fields["weather"] = "rain"
    fields["checks"][0]["weather"] = "rain"

    assert from_json(json.dumps(fields)) == typical()


@pytest.mark.parametrize(
    ("record", "defaults"),
    [
        pytest.param(Result, as_json._RESULT_DEFAULTS, id="result"),
        pytest.param(CheckRecord, as_json._CHECK_DEFAULTS, id="check"),
        pytest.param(Environment, as_json._ENVIRONMENT_DEFAULTS, id="environment"),
    ],
)
def test_every_required_field_has_a_default_for_older_files(record, defaults):
    required = {field.name for field in msgspec.structs.fields(record) if field.required}

    assert required <= set(defaults)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="half of it"),
        pytest.param("[1]", id="a list"),
        pytest.param('{"schema": "other/1"}', id="another schema"),
        pytest.param('{"schema": "grade/result/1", "checks": 3}', id="checks that are a number"),
        pytest.param('{"schema": "grade/result/1", "checks": [3]}', id="a check that is a number"),
        pytest.param('{"schema": "grade/result/1", "points": "many"}', id="points that are a word"),
        pytest.param('{"schema": "grade/result/1", "environment": null}', id="no environment"),
        pytest.param('{"schema": "grade/result/1", "outcome": "lost"}', id="an unknown outcome"),
        pytest.param("[" * 100_000, id="too deep"),
    ],
)
def test_what_is_no_result_is_a_usage_error_with_a_cure(text):
    with pytest.raises(UsageError) as caught:
        from_json(text)

    assert caught.value.cure
