"""The suites on a GPU, at every level of isolation: CUDA in forked, walled workers. One command: `python -m pytest tests/gpu`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course import find_course
from grader.datasets import find_fashion_mnist
from grader.engine.launch import start_engine
from grader.isolation import Level
from grader.records import Outcome, Verdict
from grader.run import Grader
from grader.submission import read_submission
from grader.terms import Choices

ROOT = Path(__file__).parents[2]
LEVELS = (Level.FULL, Level.LANDLOCK, Level.NONE)
COURSE = find_course(ROOT, {}, ROOT)
LIGHT = [name for name in COURSE.exercises if not COURSE.exercises[name].datasets]


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    if not any(os.path.exists(node) for node in ("/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg")):
        pytest.skip("no GPU: this machine has no NVIDIA device node")
    engine = start_engine()
    name = engine.gpu()
    engine.close()
    if not name:
        pytest.skip("no GPU: torch cannot use the one that is here")
    with Grader(Choices(device="cuda")) as started:
        yield started


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", LIGHT)
def test_a_solution_earns_everything_on_the_gpu(grader: Grader, name: str, level: Level) -> None:
    exercise = COURSE.exercises[name]
    grader.choices = Choices(device="cuda", most=level)

    result = grader.grade(exercise, read_submission(exercise.solution, exercise))

    wrong = [(check.name, check.verdict.value, check.message) for check in result.checks if check.verdict is not Verdict.PASSED]
    assert wrong == []
    assert result.device == "cuda:0"
    if result.environment.isolation != level.value:
        pytest.skip(f"this machine reaches {result.environment.isolation}, not {level.value}: `grade doctor` says why")


@pytest.mark.parametrize("name", LIGHT)
def test_a_stub_earns_nothing_on_the_gpu(grader: Grader, name: str) -> None:
    exercise = COURSE.exercises[name]

    result = grader.grade(exercise, read_submission(exercise.stub, exercise))

    assert result.points == 0
    assert {check.verdict for check in result.checks} == {Verdict.NOT_IMPLEMENTED}


def test_the_network_trains_on_the_gpu(grader: Grader) -> None:
    if find_fashion_mnist(None, os.environ, course=ROOT) is None:
        pytest.skip("FashionMNIST is not at hand: set GRADE_DATA")
    exercise = COURSE.exercises["exercise5"]

    result = grader.grade(exercise, read_submission(exercise.solution, exercise))

    wrong = [(check.name, check.verdict.value, check.message) for check in result.checks if check.verdict is not Verdict.PASSED]
    assert wrong == []
    assert result.outcome is Outcome.GRADED


def test_tensors_made_on_the_cpu_inside_forward_lose_points_on_the_gpu(grader: Grader, tmp_path: Path) -> None:
    exercise = COURSE.exercises["exercise3"]
    source = exercise.solution.read_text(encoding="utf-8") + FIXED_TO_CPU
    (tmp_path / "calculator.py").write_text(source, encoding="utf-8")

    result = grader.grade(exercise, read_submission(tmp_path / "calculator.py", exercise))

    assert result.points < result.max_points
    assert any("device" in check.message for check in result.checks)


FIXED_TO_CPU = """

class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, x):
        return x + torch.full(x.shape, self.value, dtype=x.dtype)


import torch
"""
