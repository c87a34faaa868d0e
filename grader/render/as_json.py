"""The result as JSON, schema `grade/result/1`, and back. Points are rounded here, once, to two decimals."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any

import msgspec

from grader.faults import UsageError
from grader.records import SCHEMA, Result
from grader.render.words import round_points

# What a field means in a file that was written before the field existed.
_RESULT_DEFAULTS: dict[str, Any] = {
    "exercise": "",
    "title": "",
    "student": "",
    "files": [],
    "sha256": "",
    "outcome": "graded",
    "points": 0,
    "max_points": 0,
    "pass_mark": 1.0,
    "device": "cpu",
    "seconds": 0.0,
    "checks": [],
    "environment": {},
}
_CHECK_DEFAULTS: dict[str, Any] = {
    "name": "",
    "title": "",
    "suite": "hidden",
    "disclosure": "hint",
    "verdict": "not_run",
    "points": 0,
    "max_points": 0,
}
_ENVIRONMENT_DEFAULTS: dict[str, Any] = {
    "grader": "",
    "python": "",
    "torch": "",
    "platform": "",
    "isolation": "",
    "start": "",
    "seed": 0,
    "suite_sha256": "",
}


def to_json(result: Result) -> str:
    """Return `result` as one line of ASCII JSON: numbers finite (`null` where one is not), points with two decimals."""
    fields = msgspec.to_builtins(result, builtin_types=(Decimal,))
    for scored in (fields, *fields["checks"]):
        scored["points"] = _number(round_points(scored["points"], ceiling=scored["max_points"]))
        scored["max_points"] = _number(round_points(scored["max_points"]))
    for check in fields["checks"]:
        if check["measure"] is not None:
            check["measure"]["bands"] = [[floor, _number(points)] for floor, points in check["measure"]["bands"]]
    fields["passed"] = result.passed
    return json.dumps(_finite(fields), allow_nan=False)


def from_json(text: str | bytes) -> Result:
    """Return the result that `to_json` wrote; fields that an older file lacks get defaults, unknown ones are ignored.

    Raises:
        UsageError: `text` is no such result.
    """
    cure = "Use a file that `grade --json` wrote."
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"this is no JSON: {error}", cure=cure) from error
    if not isinstance(fields, dict) or fields.get("schema") != SCHEMA:
        raise UsageError(f"this is no result of the schema {SCHEMA}", cure=cure)
    try:
        return msgspec.convert(_filled(fields), Result)
    except (msgspec.ValidationError, AttributeError, TypeError, ValueError, LookupError, ArithmeticError) as error:
        raise UsageError(f"this result has a field that is not as it should be: {error}", cure=cure) from error


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    filled = {**_RESULT_DEFAULTS, **fields}
    filled["environment"] = {**_ENVIRONMENT_DEFAULTS, **filled["environment"]}
    filled["checks"] = [{**_CHECK_DEFAULTS, **check} for check in filled["checks"]]
    for check in filled["checks"]:
        for evidence in check.get("evidence", ()):
            for series in evidence.get("series", ()):
                series["y"] = [math.nan if value is None else value for value in series["y"]]
    for check in filled["checks"]:
        if check.get("measure"):
            check["measure"]["bands"] = [(floor, Decimal(str(points))) for floor, points in check["measure"]["bands"]]
    for scored in (filled, *filled["checks"]):
        for name in ("points", "max_points"):
            # By way of the text: the number 0.1 of a file means one tenth, not its nearest binary fraction.
            scored[name] = Decimal(str(scored[name]))
    return filled


def _number(points: Decimal) -> int | float:
    return int(points) if points == points.to_integral_value() else float(points)


def _finite(value: Any) -> Any:
    """Return `value` with numbers that JSON has no word for as null, and lone surrogates escaped."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return value
