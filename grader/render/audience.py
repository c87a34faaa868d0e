"""What a reader may know: `redact` takes away, before anything is drawn, what a check keeps from students.

| disclosure | what a student reads of the check |
|---|---|
| `nothing` | not even that it is one: all such checks become one line, with their points together |
| `verdict` | title, verdict, points |
| `hint` | and message, hint, where, own lines, output and evidence; of hidden suites without expected values |
| `all` | everything but `detail`, which is for instructors |

Points never change: the total stays, and the one line of the `nothing` checks carries exactly what anybody could work
out by subtracting the other checks from the total. So the points of the checks still add up to the total.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from grader.records import (
    Audience,
    CheckRecord,
    Disclosure,
    Evidence,
    GradientEvidence,
    Result,
    TensorEvidence,
    Verdict,
)

HIDDEN_NAME = "hidden checks"
_NOT_DONE = (Verdict.NOT_IMPLEMENTED, Verdict.NOT_RUN)


def redact(result: Result, audience: Audience) -> Result:
    """Return `result` as `audience` may read it; an instructor reads it unchanged."""
    if audience is Audience.INSTRUCTOR:
        return result
    shown = [redact_check(check, check.disclosure) for check in result.checks if check.disclosure is not Disclosure.NOTHING]
    silent = [check for check in result.checks if check.disclosure is Disclosure.NOTHING]
    return msgspec.structs.replace(result, checks=(*shown, *_merge(silent)))


def redact_check(check: CheckRecord, disclosure: Disclosure) -> CheckRecord:
    """Return a check as a student may read it who may know so much, anything but `nothing`, of it."""
    if disclosure is Disclosure.VERDICT:
        return msgspec.structs.replace(
            check, message="", hint="", where="", excerpt=None, output="", detail="", evidence=(), measure=None
        )
    evidence = check.evidence
    if disclosure is Disclosure.HINT and check.suite == "hidden":
        evidence = tuple(_without_answer(one) for one in evidence)
    return msgspec.structs.replace(check, detail="", evidence=evidence, measure=None)


def _without_answer(evidence: Evidence) -> Evidence:
    """Return `evidence` with the student's own values alone."""
    if isinstance(evidence, TensorEvidence):
        return msgspec.structs.replace(evidence, expected=None)
    if isinstance(evidence, GradientEvidence):
        rows = tuple(msgspec.structs.replace(row, expected_norm=None) for row in evidence.rows)
        return msgspec.structs.replace(evidence, rows=rows)
    return evidence


def _merge(silent: Sequence[CheckRecord]) -> tuple[CheckRecord, ...]:
    """Return one record for all `silent` checks, or none where no point hangs on them."""
    max_points = sum((check.max_points for check in silent), Decimal(0))
    if not max_points:
        return ()
    points = sum((check.points for check in silent), Decimal(0))
    already_merged = len(silent) == 1 and silent[0].name == HIDDEN_NAME
    count = "1 hidden check" if len(silent) == 1 else f"{len(silent)} hidden checks"
    merged = CheckRecord(
        name=HIDDEN_NAME,
        title=silent[0].title if already_merged else f"{count}, counted in the total",
        suite="hidden",
        disclosure=Disclosure.NOTHING,
        verdict=_merged_verdict([check.verdict for check in silent], points, max_points),
        points=points,
        max_points=max_points,
    )
    return (merged,)


def _merged_verdict(verdicts: Sequence[Verdict], points: Decimal, max_points: Decimal) -> Verdict:
    """Return the verdict that the points alone tell, but call neither our own fault nor an unwritten body a failure."""
    if Verdict.GRADER_ERROR in verdicts:
        return Verdict.GRADER_ERROR
    if all(verdict in _NOT_DONE for verdict in verdicts):
        return Verdict.NOT_IMPLEMENTED if Verdict.NOT_IMPLEMENTED in verdicts else Verdict.NOT_RUN
    if points >= max_points:
        return Verdict.PASSED
    return Verdict.PARTIAL if points > 0 else Verdict.FAILED
