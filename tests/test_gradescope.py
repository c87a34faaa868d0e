"""Gradescope's results.json: valid, true to the points, and showing a student what a student may read."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from golden_files import assert_golden
from platforms import gradescope_faults, student_sees
from sample_results import SAMPLES, hidden_only, make_check, make_result, typical

from grader.faults import UsageError
from grader.gradebook.late import Late, LatePolicy
from grader.records import Audience, Disclosure, Measure, Verdict
from grader.render.as_gradescope import Metadata, lateness_of, read_metadata, to_gradescope

DUE = datetime(2026, 11, 20, 23, 0, tzinfo=timezone.utc)
POLICY = LatePolicy((Late(24.0, Decimal("0.9")), Late(72.0, Decimal("0.5"))))
METADATA = {
    "id": 123456,
    "created_at": "2026-11-21T10:22:32.365935-07:00",
    "assignment": {"due_date": "2026-11-20T23:00:00.000000-07:00", "late_due_date": None, "total_points": "20.0"},
    "users": [{"email": "ada@example.org", "id": 1, "name": "Ada"}],
}
SECRET = make_check("A secret", Verdict.FAILED, disclosure=Disclosure.NOTHING, message="secret words", output="secret output")


def written(*results, **options):
    return json.loads(to_gradescope(results, **options))


def measure(name, value, disclosure=Disclosure.HINT, **fields):
    bands = ((0.8, Decimal(1)), (0.9, Decimal(2)))
    return make_check(f"It reaches {name}", disclosure=disclosure, measure=Measure(name=name, value=value, bands=bands), **fields)


def test_a_results_file_is_as_it_was():
    assert_golden("gradescope.json", to_gradescope([typical()]))


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_result_is_valid_and_its_tests_add_up(name, audience):
    result = SAMPLES[name]()

    text = to_gradescope([result], audience)

    assert gradescope_faults(text) == []
    read = json.loads(text)
    assert read["score"] == float(result.points)
    assert sum(test.get("score", 0) for test in read["tests"]) == pytest.approx(read["score"])
    assert sum(test.get("max_score", 0) for test in read["tests"]) == pytest.approx(float(result.max_points))


def test_students_see_their_total_and_nothing_of_a_hidden_check_but_points():
    total, shown = student_sees(to_gradescope([make_result(make_check("It adds"), SECRET)]))

    assert total == 2
    assert [test["name"] for test in shown] == ["It adds", "1 hidden check, counted in the total"]
    assert "secret" not in str(shown).lower()


def test_instructors_may_have_hidden_checks_one_by_one_and_students_still_see_nothing_of_them():
    text = to_gradescope([make_result(make_check("It adds", detail="a traceback of ours"), SECRET)], Audience.INSTRUCTOR)

    total, shown = student_sees(text)
    hidden = [test for test in json.loads(text)["tests"] if test["visibility"] == "hidden"]
    assert total is None and "secret" not in str(shown).lower() and "traceback" not in str(shown)
    assert [test["name"] for test in hidden] == ["A secret"] and "secret words" in hidden[0]["output"]
    assert student_sees(to_gradescope([hidden_only()], Audience.INSTRUCTOR))[1] == []


CHOSEN = {
    Disclosure.NOTHING: "after_published",
    Disclosure.VERDICT: "visible",
    Disclosure.HINT: "after_due_date",
    Disclosure.ALL: "hidden",
}


@pytest.mark.parametrize("audience", Audience)
def test_a_course_chooses_a_visibility_for_each_disclosure(audience):
    checks = [
        make_check(disclosure.value, Verdict.FAILED, disclosure=disclosure, message="the words", detail="the detail")
        for disclosure in Disclosure
    ]
    result = make_result(*checks, SECRET)

    text = to_gradescope([result], audience, visibilities=CHOSEN)

    assert gradescope_faults(text) == []
    tests = json.loads(text)["tests"]
    assert {test["name"]: test["visibility"] for test in tests} == {
        "A secret": "after_published",
        **{disclosure.value: visibility for disclosure, visibility in CHOSEN.items()},
    }
    # In time students read these: no more than that they are there, and what became of them.
    told = [test for test in tests if test["visibility"] == "after_published"]
    assert "words" not in str(told) and "secret output" not in str(told) and "the detail" not in str(tests)
    assert sum(test["max_score"] for test in tests) == float(result.max_points)


def test_hidden_checks_that_the_course_hides_are_told_to_instructors_in_full():
    _, shown = student_sees(text := to_gradescope([make_result(SECRET)], visibilities={Disclosure.NOTHING: "hidden"}))

    assert shown == [] and "secret words" in text


def test_what_is_measured_is_on_the_leaderboard_only_where_its_test_is_visible():
    for visibility in ("hidden", "after_due_date", "after_published"):
        assert written(make_result(measure("accuracy", 0.9)), visibilities={Disclosure.HINT: visibility})["leaderboard"] == []


@pytest.mark.parametrize("disclosure", [Disclosure.VERDICT, Disclosure.HINT, Disclosure.ALL])
def test_what_a_check_discloses_is_visible(disclosure):
    check = make_check("It adds", Verdict.FAILED, disclosure=disclosure, message="the words", hint="the hint", detail="the detail")

    _, (test,) = student_sees(to_gradescope([make_result(check)]))

    assert ("the words" in test["output"]) is (disclosure is not Disclosure.VERDICT)
    assert "the detail" not in test["output"]


def test_a_check_without_points_has_a_status_and_no_score():
    (test,) = written(make_result(make_check("It imports", points=Decimal(0), max_points=Decimal(0))))["tests"]

    assert test["status"] == "passed" and "score" not in test and "max_score" not in test


def test_extra_points_are_worth_0():
    extra = make_check("A second way", points=Decimal(1), max_points=Decimal(0))

    (test,) = written(make_result(extra, max_points=Decimal(2)))["tests"]

    assert (test["score"], test["max_score"]) == (1, 0)


def test_the_leaderboard_has_what_was_measured_and_no_bands():
    text = to_gradescope(
        [
            make_result(
                measure("test accuracy", 0.87654321),
                measure("test accuracy", 0.5),
                measure("secret accuracy", 0.1, Disclosure.NOTHING),
                measure("quiet accuracy", 0.2, Disclosure.VERDICT),
                measure("broken accuracy", float("nan")),
            )
        ]
    )

    assert json.loads(text)["leaderboard"] == [
        {"name": "test accuracy", "value": 0.8765, "order": "desc"},
        {"name": "test accuracy (2)", "value": 0.5, "order": "desc"},
    ]
    assert gradescope_faults(text) == [] and "bands" not in text


def test_late_work_keeps_what_the_policy_says():
    late = lateness_of(Metadata(DUE + timedelta(hours=5), (DUE,)), POLICY, None)

    read = written(typical(), late={"exercise3": late})

    assert read["score"] == 7.65 and "5 hours late: 7.65 of 16 points are left." in read["output"]
    assert read["extra_data"]["exercise3"]["late"] == {"hours": 5.0, "kept": 0.9, "remark": ""}
    assert sum(test["score"] for test in read["tests"]) == 8.5


@pytest.mark.parametrize(
    ("created", "due", "course", "hours"),
    [
        pytest.param(DUE + timedelta(hours=1), (DUE,), None, 1.0, id="late by the platform's date"),
        pytest.param(DUE + timedelta(hours=1), (), DUE, 1.0, id="late by the course's date"),
        pytest.param(DUE + timedelta(hours=1), (DUE, DUE + timedelta(hours=3)), None, 0.0, id="extension at the platform"),
        pytest.param(DUE + timedelta(hours=1), (DUE,), DUE + timedelta(hours=2), 0.0, id="later date in the course"),
        pytest.param(None, (DUE,), DUE, None, id="nobody knows when"),
        pytest.param(DUE, (), None, None, id="no date"),
    ],
)
def test_the_last_of_all_due_dates_counts(created, due, course, hours):
    late = lateness_of(Metadata(created, due), POLICY, course)

    assert late.hours == hours
    assert (late.kept == 1) is (not hours)


def test_metadata_gives_the_time_of_submission_and_every_due_date():
    own = {**METADATA, "users": [{"assignment": {"due_date": "2026-11-25T23:00:00Z"}}, {"name": "Bob"}]}

    read = read_metadata(json.dumps(own))

    assert read.created_at == datetime.fromisoformat(METADATA["created_at"])
    assert read.due == (datetime.fromisoformat("2026-11-20T23:00:00-07:00"), datetime(2026, 11, 25, 23, tzinfo=timezone.utc))
    assert read_metadata("{}") == Metadata()


@pytest.mark.parametrize("text", ["", "[]", "[" * 100_000, '{"created_at": "yesterday"}', '{"created_at": 5}', '{"created_at": "2026-11-20T23:00:00"}'])
def test_metadata_that_cannot_be_read_is_told_of(text):
    with pytest.raises(UsageError, match=r"submission_metadata\.json cannot be read"):
        read_metadata(text)


def test_several_exercises_are_numbered_and_named():
    read = written(typical(), make_result(make_check("It adds"), exercise="exercise4"))

    assert read["score"] == 10.5
    assert read["tests"][-1]["number"] == "2.1" and read["tests"][-1]["name"] == "exercise4: It adds"
    assert set(read["extra_data"]) == {"exercise3", "exercise4"}
