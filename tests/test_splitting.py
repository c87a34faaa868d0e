"""One submission on several lanes: the result is that of one lane, whatever the submission does."""

from __future__ import annotations

import dataclasses
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from conftest import descendants, eventually
from hypothesis import given
from hypothesis import strategies as st
from sample_results import make_check

from grader.course import find_exercise, open_course
from grader.records import Result, Verdict
from grader.splitting import Splitter, shares
from grader.submission import read_submission

ROOT = Path(__file__).parents[1]
SUBMISSIONS = ("solutions/exercise3/calculator.py", "exercises/exercise3/calculator.py", "tests/submissions/does_not_import.py")


@pytest.fixture(scope="module")
def splitter(engine: Any) -> Any:
    """A splitter on the engine of all tests."""
    from grader.run import Grader
    from grader.terms import Choices

    grader = Grader(Choices(device="cpu"), keep=3, hurry=True, engine=engine)
    yield Splitter(grader)
    grader.drop_lanes()


def shares_of_three(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return names dealt out by turns."""
    return [names[start::3] for start in range(3)]


def said(result: Result) -> Any:
    """Return what a reader of a result sees, without times."""
    checks = [(c.name, c.verdict, c.points, c.max_points, c.message, c.hint, c.where, c.output) for c in result.checks]
    return result.outcome, result.points, result.max_points, checks


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is one core, on which two lanes gain nothing")
def test_several_lanes_give_the_result_of_one(grader: Any, splitter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.splitting.WORTH_S", 1e-6)  # however quick this machine is
    exercise = find_exercise(open_course(ROOT, asked_by="a test"), "exercise3")
    mistakes = sorted((ROOT / "solutions" / "exercise3" / "mistakes").glob("*.py"))[:3]
    files = [ROOT / name for name in SUBMISSIONS] + mistakes
    splitter.begin(exercise, read_submission(files[0], exercise)).result()  # the first run tells how to deal
    assert splitter._deal is not None
    # As on a machine of three cores, wherever this runs.
    splitter._deal = dataclasses.replace(splitter._deal, parts=tuple(shares_of_three(splitter._deal.order)))

    for file in files:
        submission = read_submission(file, exercise)
        assert said(splitter.begin(exercise, submission).result()) == said(grader.grade(exercise, submission)), file


@pytest.mark.skipif(sys.platform != "linux", reason="walks /proc")
def test_a_team_that_is_stopped_leaves_nothing_and_says_so(splitter: Any, tmp_path: Path) -> None:
    from grader.run import Stopped

    exercise = find_exercise(open_course(ROOT, asked_by="a test"), "exercise3")
    if splitter._deal is None:
        splitter.begin(exercise, read_submission(ROOT / SUBMISSIONS[0], exercise)).result()
    file = tmp_path / "calculator.py"
    file.write_text("import time\ntime.sleep(600)\n")
    before = len(descendants(os.getpid()))
    run = splitter.begin(exercise, read_submission(file, exercise))
    raised: list[BaseException] = []

    def wait() -> None:
        try:
            run.result()
        except Stopped as stopped:
            raised.append(stopped)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.3)
    run.stop()
    thread.join(timeout=30)

    assert raised and not thread.is_alive()
    eventually(lambda: len(descendants(os.getpid())) <= before, "what was started is gone")


@given(st.lists(st.floats(0, 10), min_size=1, max_size=40), st.integers(1, 5))
def test_every_check_is_dealt_once_and_no_lane_waits_longer_than_the_longest_check(
    seconds: list[float], count: int
) -> None:
    checks = [make_check(f"check {number}", Verdict.PASSED) for number in range(len(seconds))]
    timed = {check.name: second for check, second in zip(checks, seconds)}
    parts = shares([msgspec.structs.replace(check, seconds=timed[check.name]) for check in checks], count)

    assert sorted(name for part in parts for name in part) == sorted(timed)
    assert all([name for name in timed if name in part] == list(part) for part in parts)
    totals = [sum(timed[name] for name in part) for part in parts]
    assert len(parts) == count and max(totals) - min(totals) <= max(seconds) + 1e-9


