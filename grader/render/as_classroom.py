"""Results for the older reporter of GitHub Classroom: the JSON that a step of its workflow hands on, in base64.

The reporter (github-education-resources/autograding-grading-reporter) adds up the scores of the tests and prints names and
messages into the log of its own step as they are, so no line of ours may be a command there.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from grader.records import CheckRecord, Outcome, Result, Verdict
from grader.render.account import check_account, check_place, check_title, result_account
from grader.render.clean import visible_line
from grader.render.words import round_points


def to_classroom(results: Sequence[Result]) -> str:
    """Return redacted results as the reporter's JSON on one line; `max_score` and `tests` are always there."""
    total = sum((result.max_points for result in results), Decimal(0))
    tests = [_test(result, check) for result in results for check in result.checks]
    written = {
        "version": 1,
        "status": _status(results),
        "max_score": float(round_points(total)),
        "message": "\n".join(result_account(result) for result in results),
        "tests": tests,
    }
    return json.dumps(written)


def classroom_output(text: str) -> str:
    """Return the line of `$GITHUB_OUTPUT` that hands `text` on; base64 has no line that could be another output."""
    return f"result={base64.b64encode(text.encode('utf-8')).decode('ascii')}\n"


def _status(results: Sequence[Result]) -> str:
    if any(result.outcome is Outcome.GRADER_ERROR for result in results):
        return "error"
    return "pass" if all(result.passed for result in results) else "fail"


def _test(result: Result, check: CheckRecord) -> dict[str, Any]:
    place = check_place(check)
    return {
        "name": check_title(check),
        "status": _test_status(check),
        "score": float(round_points(check.points, ceiling=check.max_points)),
        "max_score": float(round_points(check.max_points)),
        "message": check_account(check),
        "test_code": "",
        "filename": visible_line(place.file) if place else "",
        "line_no": place.line if place else 0,  # 0 hides the line
        "duration": round(check.seconds * 1000),
    }


def _test_status(check: CheckRecord) -> str:
    if check.verdict is Verdict.GRADER_ERROR:
        return "error"
    return "pass" if check.verdict is Verdict.PASSED else "fail"
