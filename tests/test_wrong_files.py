"""Wrong submissions that were written from the task alone, without sight of the suites: each loses points, and most are called by name.

The first line of a file says its mistake, the second words of which one is to be found in what its student reads.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import find_course
from grader.datasets import find_fashion_mnist
from grader.exercise import Exercise
from grader.records import Audience, Outcome, Verdict
from grader.render.audience import redact
from grader.run import Grader
from grader.submission import read_submission
from grader.terms import Choices

ROOT = Path(__file__).parents[1]
COURSE = find_course(ROOT, {}, ROOT)
# The others are told in words that the list of a file does not foresee.
NAMED_AT_LEAST = 0.9
# Of our own code nothing is to be seen in what a student reads.
LEAKS = ("traceback", "site-packages", "test_hidden", "assert_tensor", "grader/", "grader.suite")
# How many of each exercise are graded in every run; none where each of them may train a network.
OFTEN = 4


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader(Choices(device="cpu"), keep=1, hurry=True) as started:
        yield started


def picked(exercise: Exercise) -> list[Path]:
    files = sorted((ROOT / "tests" / "wrong" / exercise.name).glob("*.py"))
    if os.environ.get("GRADE_FULL"):
        return files
    count = 0 if exercise.datasets else OFTEN
    return [files[number * len(files) // count] for number in range(count)]


def words_of(path: Path) -> tuple[str, list[str]]:
    """Return the mistake of a file, and the words of which one names it."""
    mistake, words = path.read_text(encoding="utf-8").splitlines()[:2]
    return mistake.partition(":")[2].strip(), [word.strip().lower() for word in words.partition(":")[2].split(",")]


@pytest.mark.parametrize("name", list(COURSE.exercises))
def test_wrong_files_lose_points_and_are_called_by_name(grader: Grader, name: str) -> None:
    exercise = COURSE.exercises[name]
    if exercise.datasets and find_fashion_mnist(None, os.environ, course=ROOT) is None:
        pytest.skip("FashionMNIST is not at hand: set GRADE_DATA")
    files = picked(exercise)
    if not files:
        pytest.skip("each of them may train a network: set GRADE_FULL=1 to grade them")
    unpunished, unnamed = [], []

    for path in files:
        result = redact(grader.grade(exercise, read_submission(path, exercise)), Audience.STUDENT)
        mistake, words = words_of(path)
        failing = [check for check in result.checks if check.verdict is not Verdict.PASSED]
        told = "\n".join(f"{check.message} / {check.hint}" for check in failing).lower()
        assert result.outcome is not Outcome.GRADER_ERROR, path.name
        assert not any(secret in told for secret in LEAKS), (path.name, told)
        if result.points >= result.max_points:
            unpunished.append(f"{path.name}: {mistake}")
        elif not any(word in told for word in words):
            unnamed.append(f"{path.name}: {mistake}; told: {told[:500]}")

    assert unpunished == []
    assert len(files) - len(unnamed) >= NAMED_AT_LEAST * len(files), unnamed
