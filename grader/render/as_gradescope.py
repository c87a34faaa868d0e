"""Results as Gradescope's `results.json` (gradescope/autograder_samples, docs/specs.md).

A course chooses for each disclosure one of Gradescope's four visibilities (`[gradescope]` in course.toml). Where it does not, a check is
`visible`, with as much as it discloses, and those of disclosure `nothing` are one visible test together, as in every report for students: a
hidden test costs students the sight of their total. For instructors each of these is a `hidden` test of its own. A student reads here,
now or later and whoever asked: so a test never tells more than its disclosure, and one of disclosure `nothing` that is to be shown in time
only its verdict.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from grader.faults import UsageError
from grader.gradebook.late import Lateness, LatePolicy, hours_text, judge_lateness
from grader.gradebook.settling import settle
from grader.records import Audience, CheckRecord, Disclosure, Result, Verdict
from grader.render.account import check_account, check_title, result_account
from grader.render.audience import redact, redact_check
from grader.render.clean import visible_line
from grader.render.words import points_of, round_points

_IN_TIME = Lateness(0.0)
_DEFAULTS: Mapping[Disclosure, str] = dict.fromkeys((Disclosure.VERDICT, Disclosure.HINT, Disclosure.ALL), "visible")
# What of a check may be shown to the class: not what its own student may not read.
_SHOWN_TO_ALL = (Disclosure.HINT, Disclosure.ALL)


@dataclass(frozen=True)
class Metadata:
    """What Gradescope says of a submission; times have a time zone.

    Attributes:
        created_at: when it was handed in, which a second run of the grader does not change.
        due: the assignment's due date and, where given, each user's own.
    """

    created_at: datetime | None = None
    due: tuple[datetime, ...] = field(default_factory=tuple)


def read_metadata(text: str | bytes) -> Metadata:
    """Return what `submission_metadata.json` says.

    Raises:
        UsageError: it is no JSON object or a time in it cannot be read.
    """
    cure = "Gradescope writes it; it should not be edited."
    try:
        data = json.loads(text)
        if not isinstance(data, dict):
            raise ValueError("no object")
        users = [user for user in data.get("users") or () if isinstance(user, dict)]
        assignments = [data.get("assignment"), *(user.get("assignment") for user in users)]
        due = (one.get("due_date") for one in assignments if isinstance(one, dict))
        return Metadata(_time(data.get("created_at")), tuple(when for when in map(_time, due) if when is not None))
    except (ValueError, TypeError, RecursionError) as error:
        raise UsageError(f"submission_metadata.json cannot be read: {error}", cure=cure) from error


def _time(text: object) -> datetime | None:
    if text is None:
        return None
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is no time")
    when = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if when.tzinfo is None:
        raise ValueError(f"{text} has no offset from UTC")
    return when


def lateness_of(metadata: Metadata, policy: LatePolicy, due: datetime | None) -> Lateness:
    """Return how late a submission is and what that costs.

    Of all due dates that are known the last one counts, so that an extension holds wherever it was given.

    Args:
        due: of the exercise, by the course's own file.
    """
    known = [when for when in (due, *metadata.due) if when is not None]
    return judge_lateness(policy, max(known, default=None), metadata.created_at, None)


def to_gradescope(
    results: Sequence[Result],
    audience: Audience = Audience.STUDENT,
    late: Mapping[str, Lateness] | None = None,
    visibilities: Mapping[Disclosure, str] | None = None,
) -> str:
    """Return whole results, not redacted ones, as `results.json`.

    Args:
        audience: for instructors every check that students know nothing of is a hidden test.
        late: exercise -> what lateness costs it.
        visibilities: disclosure -> visibility, where the course chooses one.
    """
    lateness = late or {}
    chosen = dict(_DEFAULTS)
    if audience is Audience.INSTRUCTOR:
        chosen[Disclosure.NOTHING] = "hidden"
    chosen |= visibilities or {}
    written = {
        "score": _total(results, lateness),
        "execution_time": round(sum(result.seconds for result in results if math.isfinite(result.seconds)), 2),
        "output": "\n".join(_output(result, lateness.get(result.exercise, _IN_TIME)) for result in results),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [test for number, result in enumerate(results, 1) for test in _tests(result, number, len(results), chosen)],
        "leaderboard": list(_leaderboard(results, chosen)),
        "extra_data": {result.exercise: _facts(result, lateness.get(result.exercise, _IN_TIME)) for result in results},
    }
    return json.dumps(written, indent=2, allow_nan=False) + "\n"


def _total(results: Sequence[Result], late: Mapping[str, Lateness]) -> int | float:
    counted = (settle(one.points, late.get(one.exercise, _IN_TIME).kept, (), one.max_points) for one in results)
    points = sum(counted, Decimal(0))
    return _number(points, sum((result.max_points for result in results), Decimal(0)))


def _output(result: Result, lateness: Lateness) -> str:
    lines = [result_account(result)]
    if lateness.hours and lateness.kept != 1:
        left = settle(result.points, lateness.kept, (), result.max_points)
        lines.append(f"{hours_text(lateness.hours)} late: {points_of(left, result.max_points)} points are left.")
    return "\n".join(lines)


def _tests(result: Result, number: int, of: int, visibilities: Mapping[Disclosure, str]) -> Iterator[dict[str, Any]]:
    shown = redact(result, Audience.STUDENT).checks
    silent = visibilities.get(Disclosure.NOTHING, "")
    if silent:
        apart = [check for check in result.checks if check.disclosure is Disclosure.NOTHING]
        # Nobody but instructors ever reads what is hidden.
        told = apart if silent == "hidden" else [redact_check(check, Disclosure.VERDICT) for check in apart]
        shown = (*(check for check in shown if check.disclosure is not Disclosure.NOTHING), *told)
    for count, check in enumerate(shown, 1):
        name = check_title(check)
        yield {
            "name": name if of == 1 else f"{visible_line(result.exercise, 60)}: {name}",
            "number": str(count) if of == 1 else f"{number}.{count}",
            **_score(check),
            "status": "passed" if check.verdict is Verdict.PASSED else "failed",
            "output": check_account(check),
            "visibility": visibilities.get(check.disclosure, "visible"),
            "tags": [visible_line(check.concept)] if check.concept else [],
            "extra_data": {"verdict": check.verdict.value},
        }


def _score(check: CheckRecord) -> dict[str, int | float]:
    """Return the points of a check; one that is worth none has a status alone, and extra points are worth 0, as Gradescope wants it."""
    if not check.max_points and not check.points:
        return {}
    return {"score": _number(check.points, check.max_points), "max_score": _number(check.max_points)}


def _leaderboard(results: Sequence[Result], visibilities: Mapping[Disclosure, str]) -> Iterator[dict[str, Any]]:
    """Return what was measured, by name; of measures that are called alike the later ones get a number."""
    names: list[str] = []
    for check in (check for result in results for check in result.checks):
        if check.measure is None or not math.isfinite(check.measure.value):
            continue
        if check.disclosure not in _SHOWN_TO_ALL or visibilities[check.disclosure] != "visible":
            continue
        plain, count = visible_line(check.measure.name, 80), 1
        name = plain
        while name in names:
            count += 1
            name = f"{plain} ({count})"
        names.append(name)
        yield {"name": name, "value": round(check.measure.value, 4), "order": "desc"}


def _facts(result: Result, lateness: Lateness) -> dict[str, Any]:
    return {
        "schema": result.schema,
        "outcome": result.outcome.value,
        "passed": result.passed,
        "points": _number(result.points, result.max_points),
        "max_points": _number(result.max_points),
        "sha256": result.sha256,
        "seed": result.environment.seed,
        "grader": result.environment.grader,
        "python": result.environment.python,
        "torch": result.environment.torch,
        "isolation": result.environment.isolation,
        "suite_sha256": result.environment.suite_sha256,
        "late": {"hours": lateness.hours, "kept": float(lateness.kept), "remark": lateness.remark},
    }


def _number(points: Decimal, ceiling: Decimal | None = None) -> int | float:
    rounded = round_points(points, ceiling=ceiling)
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)
