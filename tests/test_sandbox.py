"""The sandbox of `--isolation landlock`: what student code cannot reach in it, and what stays usable."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import check_of, write_course

from grader.faults import GraderFault
from grader.isolation import Level
from grader.records import Result
from grader.sandbox import landlock, seccomp
from grader.sandbox.entering import ABI_WITH_SCOPES

if landlock.abi() < ABI_WITH_SCOPES:
    pytest.skip("this kernel has no Landlock of ABI 6 (Linux 6.12)", allow_module_level=True)

# name -> body of a function that has to end in an error inside the sandbox
BREAKOUTS = {
    "reading the suite": "open(path).read()",
    "reading the home folder": "__import__('os').listdir(__import__('os').path.expanduser('~root'))",
    "listing the temporary folder": "__import__('os').listdir('/tmp')",
    "writing outside": "open('/tmp/grade-was-here', 'w')",
    "a network socket": "__import__('socket').socket()",
    "a datagram pair": "__import__('socket').socketpair(__import__('socket').AF_UNIX, __import__('socket').SOCK_DGRAM)",
    "a program": "__import__('subprocess').run(['true'])",
    "a signal to the parent": "__import__('os').kill(__import__('os').getppid(), 0)",
    "a signal to everybody": "__import__('os').kill(-1, 0)",
    "a look at the parent": "open(f'/proc/{__import__(\"os\").getppid()}/environ').read()",
    "a limit of the parent": "__import__('resource').prlimit(__import__('os').getppid(), 7, (64, 64))",
    "a priority": "__import__('os').setpriority(0, 0, 5)",
}

USES = {
    "training": "__import__('torch').optim.Adam(list(__import__('torch').nn.Linear(2, 2).parameters())).step()",
    "a late import": "__import__('torchvision.datasets')",
    "saving and loading": "__import__('torch').save({'a': 1}, 'x.pt') or __import__('torch').load('x.pt', weights_only=True)",
    "a temporary file": "__import__('tempfile').NamedTemporaryFile().write(b'x')",
    "a thread": "__import__('threading').Thread(target=int).start()",
    "a socket pair": "__import__('socket').socketpair()",
    "a loader with workers": "len(list(loader()))",
}

SOURCE = """
def attempt(code, path):
    return repr(eval(code, {"path": path, "loader": loader}))

def loader():
    import torch
    from torch.utils.data import DataLoader, TensorDataset
    data = TensorDataset(torch.zeros(8, 2))
    return DataLoader(data, 2, True, num_workers=2, persistent_workers=True, prefetch_factor=4)
"""


@pytest.fixture(scope="module")
def outcome(grader: Any, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """All attempts, each a check of its own: a breakout passes if it fails, a use if it works."""
    from grader.course import find_course
    from grader.submission import read_submission

    checks = []
    for number, code in enumerate((*BREAKOUTS.values(), *USES.values())):
        expected = "with pytest.raises((OSError, ValueError)):\n        " if number < len(BREAKOUTS) else ""
        checks.append(f"def test_{number}(student):\n    {expected}student.attempt({code!r}, __file__)\n")
    root = write_course(tmp_path_factory.mktemp("sandbox") / "course", hidden="\n".join(checks))
    file = root / "work.py"
    file.write_text(SOURCE, encoding="utf-8")
    exercise = find_course(root, {}, root).exercises["tiny"]
    grader.choices = dataclasses.replace(grader.choices, isolation=Level.LANDLOCK.value)
    try:
        return grader.grade(exercise, read_submission(file, exercise))
    finally:
        grader.choices = dataclasses.replace(grader.choices, isolation="auto")


@pytest.mark.parametrize("number", range(len(BREAKOUTS)), ids=BREAKOUTS)
def test_what_is_out_of_reach(outcome: Result, number: int) -> None:
    check = check_of(outcome, f"test_{number}")

    assert check.verdict.value == "passed", check.message


@pytest.mark.parametrize("number", range(len(BREAKOUTS), len(BREAKOUTS) + len(USES)), ids=USES)
def test_what_stays_usable(outcome: Result, number: int) -> None:
    check = check_of(outcome, f"test_{number}")

    assert check.verdict.value == "passed", check.message


def test_the_result_names_the_level(outcome: Result) -> None:
    assert outcome.environment.isolation == "landlock"
    assert not os.path.exists("/tmp/grade-was-here")


def test_a_level_that_is_not_offered_is_refused_with_the_cure(grader: Any, grade: Callable[..., Result], tmp_path: Path) -> None:
    from grader.course import find_course
    from grader.submission import read_submission

    root = write_course(tmp_path / "course", visible="def test_it(student):\n    student.double(1)\n")
    exercise = find_course(root, {}, root).exercises["tiny"]
    grader.choices = dataclasses.replace(grader.choices, isolation=Level.FULL.value)
    try:
        with pytest.raises(GraderFault, match="full") as raised:
            grader.grade(exercise, read_submission(exercise.stub, exercise))
    finally:
        grader.choices = dataclasses.replace(grader.choices, isolation="auto")

    assert "landlock" in raised.value.cure


def test_the_filter_fits_the_kernels_limit() -> None:
    assert 0 < len(seccomp.program([1, 2, 3])) < 4096
