"""Results as Classroom 50's `result.json` (schema `classroom50/result/v1`, foundation50/classroom50).

Its scores are whole numbers, so points are written in hundredths, always: 8.5 of 10 is 850 of 1000. That is exact for the two
decimals that every report shows, and the same for every submission.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from grader.faults import UsageError
from grader.records import CheckRecord, Result, Verdict
from grader.render.account import check_account, check_title, score_line
from grader.render.words import points_of, points_text, round_points

SCHEMA = "classroom50/result/v1"
HUNDREDTHS = 100
_NEEDED = ("CLASSROOM", "ASSIGNMENT", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL")
_TAG_TIME = re.compile(r"submit/(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z", re.ASCII)


@dataclass(frozen=True)
class Submitted:
    """What the platform's runner says of the submission, as it stands in the result; `when` is the instant of submission, UTC."""

    classroom: str
    assignment: str
    assignment_type: str
    owner: str
    tag: str
    commit: str
    release: str
    review: str
    when: datetime


def read_submitted(env: Mapping[str, str], now: datetime) -> Submitted:
    """Return what the runner says in the environment.

    Args:
        now: stands in where the tag of the submission tells no time.

    Raises:
        UsageError: this is no run of Classroom 50's.
    """
    missing = [name for name in _NEEDED if not env.get(name)]
    if missing:
        raise UsageError(
            f"--format classroom50 needs what Classroom 50's runner sets: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set",
            cure="Call grade from the autograder.py of the assignment, or set them to try it by hand.",
        )
    if not env["SUBMISSION_TAG"].startswith("submit/"):
        cure = "Classroom 50's runner sets it like submit/2026-06-01T14-32-05Z-a1b2c3d."
        raise UsageError("SUBMISSION_TAG does not begin with submit/", cure=cure)
    owner = env.get("OWNER") or env.get("USERNAME", "")
    return Submitted(
        classroom=env["CLASSROOM"],
        assignment=env["ASSIGNMENT"],
        assignment_type=env.get("ASSIGNMENT_TYPE") or "individual",
        owner=owner,
        tag=env["SUBMISSION_TAG"],
        commit=env["COMMIT_URL"],
        release=env["RELEASE_URL"],
        review=env.get("REVIEW_URL") or env["COMMIT_URL"],  # older runners do not set it
        when=_tag_time(env["SUBMISSION_TAG"]) or now,
    )


def _tag_time(tag: str) -> datetime | None:
    found = _TAG_TIME.match(tag)
    if not found:
        return None
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}:{found[3]}:{found[4]}+00:00")
    except ValueError:
        return None


def to_classroom50(results: Sequence[Result], submitted: Submitted) -> str:
    """Return redacted results as `result.json`."""
    points = sum((result.points for result in results), Decimal(0))
    max_points = sum((result.max_points for result in results), Decimal(0))
    written: dict[str, Any] = {
        "schema": SCHEMA,
        "classroom": submitted.classroom,
        "assignment": submitted.assignment,
        "assignment_type": submitted.assignment_type,
        "submission": submitted.tag,
        "commit": submitted.commit,
        "release": submitted.release,
        "review": submitted.review,
        "datetime": submitted.when.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": _hundredths(points, max_points),
        "max-score": _hundredths(max_points),
        "tests": [_test(check) for result in results for check in result.checks],
    }
    if submitted.owner:  # else the runner stamps it
        written["owner"] = submitted.owner
    return json.dumps(written, indent=2) + "\n"


def classroom50_output(results: Sequence[Result]) -> str:
    """Return the lines of `$GITHUB_OUTPUT` that say how it went, in whole points as the student knows them."""
    points = sum((result.points for result in results), Decimal(0))
    max_points = sum((result.max_points for result in results), Decimal(0))
    status = "success" if all(result.passed for result in results) else "failure"
    one = score_line(results[0]) if len(results) == 1 else f"{points_of(points, max_points)} points"
    return f"status={status}\nsummary={one}\n"


def classroom50_failure(results: Sequence[Result]) -> str:
    """Return the lines of `$GITHUB_OUTPUT` where the grader could not grade: then there is no result."""
    return f"status=error\nsummary={'; '.join(score_line(result) for result in results)}\n"


def _hundredths(points: Decimal, max_points: Decimal | None = None) -> int:
    return int(round_points(points, ceiling=max_points) * HUNDREDTHS)


def _test(check: CheckRecord) -> dict[str, Any]:
    return {
        "test-name": check_title(check),
        "passed": check.verdict is Verdict.PASSED,
        "score": _hundredths(check.points, check.max_points),
        "max-score": _hundredths(check.max_points),
        "points": points_text(check.points, ceiling=check.max_points),
        "max-points": points_text(check.max_points),
        "verdict": check.verdict.value,
        "message": check_account(check),
    }
