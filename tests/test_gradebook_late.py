"""Lateness costs what the course's file says, to the minute, and nothing where nobody knows how late it was."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from grader.course import open_course
from grader.course_file import CourseFile, read_course_file
from grader.faults import UsageError
from grader.gradebook.late import Late, LatePolicy, hours_late, hours_text, judge_lateness, kept
from grader.gradebook.records import Override
from grader.gradebook.settling import settle
from grader.records import Disclosure

BERLIN = timezone(timedelta(hours=1))
DUE = datetime(2026, 11, 20, 23, 59, tzinfo=BERLIN)
POLICY = LatePolicy((Late(24, Decimal("0.9")), Late(72, Decimal("0.5"))))

TOML = """\
title = "Deep learning"
late = [
    {hours = 24, keep = 0.9},
    {hours = 72, keep = 0.5},
]
grace_minutes = 15

[due]
exercise3 = 2026-11-20T23:59:00+01:00
"""


def read(tmp_path: Path, toml: str | None = TOML) -> CourseFile:
    (tmp_path / "exercises" / "exercise3").mkdir(parents=True, exist_ok=True)
    (tmp_path / "exercises" / "exercise3" / "exercise.toml").write_text("")
    if toml is not None:
        (tmp_path / "course.toml").write_text(toml, encoding="utf-8")
    return read_course_file(open_course(tmp_path, asked_by="the test"))


def test_the_courses_file_says_what_is_due_and_what_lateness_costs(tmp_path: Path) -> None:
    file = read(tmp_path)

    assert file.title == "Deep learning"
    assert file.late == LatePolicy(POLICY.steps, timedelta(minutes=15))
    assert file.due == {"exercise3": DUE}


def test_a_visibility_is_chosen_by_disclosure(tmp_path: Path) -> None:
    file = read(tmp_path, '[gradescope]\nnothing = "after_published"\nhint = "visible"\n')

    assert file.gradescope == {Disclosure.NOTHING: "after_published", Disclosure.HINT: "visible"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('nothin = "hidden"', "'nothin', which is no disclosure"),
        ('nothing = "after_publishd"', "'after_publishd', which is no visibility"),
        ("nothing = 3", "3, which is no visibility"),
    ],
)
def test_a_visibility_that_is_none_is_refused_with_its_line(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)) as caught:
        read(tmp_path, f"[gradescope]\n{line}\n")

    assert "course.toml:2" in caught.value.where


def test_the_example_of_the_paper_is_a_file_that_is_read(tmp_path: Path) -> None:
    paper = (Path(__file__).parents[1] / "docs" / "instructor.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```toml\n(.*?)^```$", paper, re.MULTILINE | re.DOTALL)
    (example,) = [text for text in examples if "late" in text]

    file = read(tmp_path, example)

    assert (file.late, file.due) == (LatePolicy(POLICY.steps, timedelta(minutes=15)), {"exercise3": DUE})


def test_a_course_without_the_file_takes_nothing(tmp_path: Path) -> None:
    file = read(tmp_path, None)

    assert file == CourseFile()
    assert kept(file.late, 1000.0) == 1


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param("grace_minutes", "grace_minute", 6, "unknown key `grace_minute`", id="misspelt"),
        pytest.param("{hours = 24, keep", "{hours = 24, kept", 2, "unknown key `late.kept`", id="misspelt within"),
        pytest.param("hours = 72", "hours = 12", 2, "must rise", id="hours fall"),
        pytest.param("hours = 24", "hours = 0", 2, "must rise", id="no hours"),
        pytest.param("hours = 24", "hours = nan", 2, "must rise", id="not a number"),
        pytest.param("keep = 0.9", "keep = 90", 2, "a fraction from 0 to 1", id="per cent"),
        pytest.param("keep = 0.5", "keep = 0.95", 2, "must not rise", id="waiting pays"),
        pytest.param("keep = 0.5", 'keep = "half"', 2, "must be a number", id="words"),
        pytest.param("{hours = 72, keep = 0.5}", "72", 2, "must be a table", id="not a table"),
        pytest.param(", keep = 0.9", "", 2, "`keep` is missing", id="half an entry"),
        pytest.param("= 15", "= -1", 6, "0 or more", id="negative grace"),
        pytest.param("= 15", "= inf", 6, "0 or more", id="endless grace"),
        pytest.param("exercise3 =", "exercice3 =", 9, "no exercise of the course", id="unknown exercise"),
        pytest.param("+01:00", "", 9, "no offset from UTC", id="no offset"),
        pytest.param("T23:59:00+01:00", "", 9, "a date with a time", id="no time"),
        pytest.param("2026-11-20T23:59:00+01:00", '"2026-11-20"', 9, "a date with a time", id="quoted"),
        pytest.param("[due]", "[due", 8, "not valid toml", id="broken"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in TOML

    with pytest.raises(UsageError) as caught:
        read(tmp_path, TOML.replace(old, new))

    assert words in caught.value.cause
    assert caught.value.where == f"{tmp_path.resolve() / 'course.toml'}:{line}"
    assert caught.value.cure


@pytest.mark.parametrize(
    ("late", "fraction"),
    [
        pytest.param(timedelta(0), "1", id="on the minute"),
        pytest.param(timedelta(hours=-5), "1", id="early"),
        pytest.param(timedelta(microseconds=1), "0.9", id="a moment late"),
        pytest.param(timedelta(hours=24), "0.9", id="on the first hour"),
        pytest.param(timedelta(hours=24, microseconds=1), "0.5", id="a moment after it"),
        pytest.param(timedelta(hours=72), "0.5", id="on the last hour"),
        pytest.param(timedelta(hours=72, seconds=1), "0", id="after the last"),
    ],
)
def test_what_is_kept_follows_the_table(late: timedelta, fraction: str) -> None:
    # The same moment, told in another time zone.
    handed_in = (DUE + late).astimezone(timezone.utc)

    assert kept(POLICY, hours_late(handed_in, DUE)) == Decimal(fraction)


def test_an_endless_last_entry_keeps_something_for_ever(tmp_path: Path) -> None:
    policy = read(tmp_path, TOML.replace("hours = 72", "hours = inf")).late

    assert policy.steps[-1] == Late(math.inf, Decimal("0.5"))
    assert kept(policy, 10_000.0) == Decimal("0.5")


def test_grace_moves_the_due_date() -> None:
    grace = timedelta(minutes=15)

    assert hours_late(DUE + grace, DUE, grace) == 0
    assert hours_late(DUE + grace + timedelta(hours=24), DUE, grace) == 24


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError, match="time zone"):
        hours_late(datetime(2026, 11, 21), DUE)


@pytest.mark.parametrize(
    ("due", "handed_in", "marked", "hours", "fraction", "words"),
    [
        pytest.param(DUE, DUE + timedelta(hours=5), None, 5, "0.9", "", id="known to be late"),
        pytest.param(DUE, DUE + timedelta(hours=5), True, 5, "0.9", "", id="and marked so"),
        pytest.param(
            DUE, DUE + timedelta(hours=5), False, 5, "0.9", "5 hours late by the due date, but", id="but not marked so"
        ),
        pytest.param(DUE, DUE, True, 0, "1", "in time by the due date, but", id="marked late, but in time"),
        pytest.param(
            None, DUE, True, None, "1", "there is no due date, so nothing was taken", id="marked, no due date"
        ),
        pytest.param(
            DUE, None, True, None, "1", "nobody knows when it was handed in, so nothing", id="marked, no time"
        ),
        pytest.param(DUE, None, None, None, "1", "nobody knows when", id="no time, no mark"),
        pytest.param(DUE, None, False, 0, "1", "", id="marked in time"),
        pytest.param(None, DUE, None, None, "1", "", id="nothing is due"),
    ],
)
def test_nothing_is_taken_for_what_nobody_knows(due, handed_in, marked, hours, fraction: str, words: str) -> None:
    lateness = judge_lateness(POLICY, due, handed_in, marked)

    assert (lateness.hours, lateness.kept) == (hours, Decimal(fraction))
    assert words in lateness.remark and bool(words) == bool(lateness.remark)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(5 / 60, "5 minutes"), (0.0001, "1 minute"), (1.0, "1 hour"), (26.5, "26.5 hours"), (24.0, "24 hours")],
)
def test_hours_are_told_as_people_tell_them(hours: float, words: str) -> None:
    assert hours_text(hours) == words


def override(amount: str) -> Override:
    """Return what `+1`, `-2` or `=7.5` means."""
    return Override(amount=Decimal(amount.lstrip("=")), absolute=amount.startswith("="), reason="", when=DUE)


@pytest.mark.parametrize(
    ("earned", "fraction", "overrides", "points"),
    [
        pytest.param("8.5", "1", [], "8.5", id="in time"),
        pytest.param("8.35", "0.9", [], "7.515", id="late, exactly"),
        pytest.param("8", "0.5", ["+1"], "5", id="more, after lateness"),
        pytest.param("8", "0.5", ["=7.5"], "7.5", id="exactly so many"),
        pytest.param("8", "1", ["=7.5", "+1"], "8.5", id="one after the other"),
        pytest.param("8", "1", ["+1", "=2"], "2", id="the absolute one replaces"),
        pytest.param("1", "1", ["-3"], "0", id="never below nothing"),
        pytest.param("1", "1", ["-3", "+3"], "1", id="and no point is made of that"),
        pytest.param("12", "1", [], "10", id="not above the most"),
        pytest.param("9.5", "1", ["+1"], "10.5", id="unless a person says so"),
    ],
)
def test_points_are_settled_exactly(earned: str, fraction: str, overrides: list[str], points: str) -> None:
    decided = [override(amount) for amount in overrides]

    assert settle(Decimal(earned), Decimal(fraction), decided, Decimal(10)) == Decimal(points)
