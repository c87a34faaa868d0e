"""Two results compared: what was fixed, what was broken, and what says nothing of the student's code."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sample_results import make_check, make_result

from grader.changes import compare
from grader.records import CheckRecord, Verdict


def titles(checks: tuple[CheckRecord, ...]) -> list[str]:
    return [check.title for check in checks]


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        pytest.param(Verdict.FAILED, Verdict.PASSED, "fixed", id="fixed"),
        pytest.param(Verdict.NOT_IMPLEMENTED, Verdict.PASSED, "fixed", id="written"),
        pytest.param(Verdict.NOT_RUN, Verdict.PASSED, "fixed", id="passes once it can run"),
        pytest.param(Verdict.PASSED, Verdict.FAILED, "broken", id="broken"),
        pytest.param(Verdict.PASSED, Verdict.PARTIAL, "broken", id="no longer all of its points"),
        pytest.param(Verdict.PASSED, Verdict.TIMED_OUT, "broken", id="too slow now"),
        pytest.param(Verdict.PASSED, Verdict.NOT_RUN, "no_longer_run", id="cannot be run any more"),
        pytest.param(Verdict.PASSED, Verdict.GRADER_ERROR, "no_longer_run", id="our fault is no mistake of theirs"),
        pytest.param(Verdict.NOT_RUN, Verdict.FAILED, "", id="failed as soon as it ran"),
        pytest.param(Verdict.FAILED, Verdict.CRASHED, "", id="failed otherwise"),
        pytest.param(Verdict.PASSED, Verdict.PASSED, "", id="passes still"),
    ],
)
def test_a_check_is_told_as_what_became_of_it(before: Verdict, after: Verdict, where: str) -> None:
    old, new = make_result(make_check("order", before)), make_result(make_check("order", after))

    changes = compare(old, new)

    told = {name for name in ("fixed", "broken", "risen", "fallen", "no_longer_run") if getattr(changes, name)}
    assert told == ({where} if where else set())


@pytest.mark.parametrize(("before", "after", "where"), [("0.5", "1", "risen"), ("1", "0.5", "fallen")])
def test_partial_credit_that_moves_is_told(before: str, after: str, where: str) -> None:
    old = make_result(make_check("accuracy", Verdict.PARTIAL, points=Decimal(before)))
    new = make_result(make_check("accuracy", Verdict.PARTIAL, points=Decimal(after)))

    changes = compare(old, new)

    assert titles(getattr(changes, where)) == ["accuracy"]
    assert (changes.points_before, changes.points_after) == (Decimal(before), Decimal(after))


def test_checks_are_matched_by_name_whatever_their_order_and_their_number() -> None:
    old = make_result(make_check("one", Verdict.FAILED), make_check("two"), make_check("gone"))
    new = make_result(make_check("new", Verdict.FAILED), make_check("two", Verdict.FAILED), make_check("one"))

    changes = compare(old, new)

    assert titles(changes.fixed) == ["one"]
    assert titles(changes.broken) == ["two"]


def test_equal_results_have_no_changes() -> None:
    result = make_result(make_check("one"), make_check("two", Verdict.FAILED))

    assert compare(result, result).is_empty
