"""What a student may read, and that taking away never changes points."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_results import (
    ALL_EVIDENCE,
    EXCERPT,
    GRADIENTS,
    SAMPLES,
    TENSORS,
    every_evidence,
    hidden_only,
    make_check,
    make_result,
)

from grader.records import Audience, Disclosure, GradientEvidence, Result, TensorEvidence, Verdict
from grader.render.as_html import to_html
from grader.render.as_json import to_json
from grader.render.audience import HIDDEN_NAME, redact


def full_check(disclosure, *, suite="hidden", verdict=Verdict.FAILED):
    """Return a check that says something in every field."""
    return make_check(
        "The title", verdict, disclosure=disclosure, suite=suite, concept="Access by key", message="The message",
        hint="The hint", where="calculator.py:1", output="The output", detail="The detail", excerpt=EXCERPT,
        evidence=ALL_EVIDENCE,
    )  # fmt: skip


def read_by_student(check):
    return redact(make_result(check), Audience.STUDENT).checks[0]


def test_an_instructor_reads_everything():
    result = every_evidence()

    assert redact(result, Audience.INSTRUCTOR) == result


@pytest.mark.parametrize("disclosure", Disclosure)
def test_no_student_reads_the_detail(disclosure):
    assert "The detail" not in to_json(redact(make_result(full_check(disclosure)), Audience.STUDENT))


def test_verdict_shows_title_verdict_and_points_alone():
    check = read_by_student(full_check(Disclosure.VERDICT))

    assert (check.title, check.verdict, check.max_points) == ("The title", Verdict.FAILED, Decimal(2))
    assert (check.message, check.hint, check.where, check.output, check.detail) == ("",) * 5
    assert check.excerpt is None
    assert check.evidence == ()


def test_a_hint_shows_the_students_own_values_and_no_expected_ones():
    check = read_by_student(full_check(Disclosure.HINT))

    assert (check.message, check.hint, check.where, check.output) == (
        "The message", "The hint", "calculator.py:1", "The output",
    )  # fmt: skip
    assert check.excerpt == EXCERPT
    tensors = [evidence for evidence in check.evidence if isinstance(evidence, TensorEvidence)]
    assert all(evidence.expected is None for evidence in tensors)
    assert (tensors[0].actual, tensors[0].differs) == (TENSORS.actual, TENSORS.differs)
    (gradients,) = (evidence for evidence in check.evidence if isinstance(evidence, GradientEvidence))
    assert [row.expected_norm for row in gradients.rows] == [None] * 3
    assert [row.norm for row in gradients.rows][:2] == [row.norm for row in GRADIENTS.rows][:2]
    assert check.evidence[3:] == ALL_EVIDENCE[3:]


def test_expected_values_of_a_visible_suite_stay():
    check = read_by_student(full_check(Disclosure.HINT, suite="visible"))

    assert check.evidence == ALL_EVIDENCE


def test_all_shows_expected_values():
    check = read_by_student(full_check(Disclosure.ALL))

    assert check.evidence == ALL_EVIDENCE


def test_nothing_leaves_one_line_that_tells_no_more_than_the_total():
    result = redact(hidden_only(), Audience.STUDENT)

    (check,) = result.checks
    assert check.name == HIDDEN_NAME
    assert (check.points, check.max_points, check.verdict) == (Decimal(2), Decimal(4), Verdict.PARTIAL)
    assert "2 hidden checks" in check.title
    assert "secret" not in to_json(result).lower()
    assert "secret" not in to_html(result).lower()


def test_nothing_without_points_leaves_no_line():
    check = make_check("A secret", disclosure=Disclosure.NOTHING, points=Decimal(0), max_points=Decimal(0))

    assert redact(make_result(check), Audience.STUDENT).checks == ()


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        pytest.param((Verdict.PASSED, Verdict.PASSED), Verdict.PASSED, id="all right"),
        pytest.param((Verdict.FAILED, Verdict.TIMED_OUT), Verdict.FAILED, id="all wrong"),
        pytest.param((Verdict.NOT_IMPLEMENTED, Verdict.NOT_RUN), Verdict.NOT_IMPLEMENTED, id="the stub"),
        pytest.param((Verdict.NOT_RUN, Verdict.NOT_RUN), Verdict.NOT_RUN, id="none ran"),
        pytest.param((Verdict.GRADER_ERROR, Verdict.FAILED), Verdict.GRADER_ERROR, id="our own fault"),
    ],
)
def test_the_line_for_nothing_accuses_no_one_wrongly(verdicts, expected):
    checks = [make_check("A secret", verdict, disclosure=Disclosure.NOTHING) for verdict in verdicts]

    assert redact(make_result(*checks), Audience.STUDENT).checks[0].verdict is expected


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Disclosure),
            st.sampled_from(Verdict),
            st.decimals(0, 5, places=2),
            st.sampled_from(("hidden", "visible", "engine")),
        ),
        max_size=6,
    )
)
def test_redaction_changes_no_points_and_twice_is_once(entries):
    checks = [
        make_check(f"Check {i}", verdict, disclosure=disclosure, points=points, max_points=Decimal(5), suite=suite)
        for i, (disclosure, verdict, points, suite) in enumerate(entries)
    ]
    result = make_result(*checks)

    once = redact(result, Audience.STUDENT)

    assert (once.points, once.max_points, once.passed) == (result.points, result.max_points, result.passed)
    assert sum(check.points for check in once.checks) == result.points
    assert sum(check.max_points for check in once.checks) == result.max_points
    assert redact(once, Audience.STUDENT) == once


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_everything_but_the_checks_stays_as_it_was(sample):
    result = sample()

    redacted = redact(result, Audience.STUDENT)

    assert isinstance(redacted, Result)
    assert msgspec.structs.replace(redacted, checks=()) == msgspec.structs.replace(result, checks=())
