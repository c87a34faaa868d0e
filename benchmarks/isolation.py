"""A worker in a ready slot, at each level of isolation that this machine has, against a bare fork of a process of the same size.

Measured in the judge: from asking the slot until the worker has said which level it reached and has answered a first request, and
from then until it is ended and what it wrote is gone. All levels take turns, each measurement beside a bare fork of its own.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import msgspec

from grader.engine import launch
from grader.isolation import LaneNeeds, Level
from grader.job import Job

RUNS = 40
WARM_UP = 5


def measure() -> str:
    """Measure it."""
    with ExitStack() as stack:
        engine = stack.enter_context(engine_of_ours())
        lanes = [stack.enter_context(open_lane(engine, level)) for level in Level]
        for lane in lanes:
            lane.reached = lane.ask()["level"]
        reached = [lane for lane in lanes if lane.reached == lane.level.value]
        rounds = [[lane.ask() for lane in reached] for _ in range(WARM_UP + RUNS)][WARM_UP:]
        firsts = [[time_first_worker(engine, lane.level) for lane in reached] for _ in range(RUNS // 8)]
    lines = [
        in_words(lane.level, list(column), statistics.median(first))
        for lane, column, first in zip(reached, zip(*rounds), zip(*firsts))
    ]
    return "\n  ".join((f"medians of {RUNS}, in ms", *lines))


def in_words(level: Level, measured: list[dict[str, Any]], first_s: float) -> str:
    """Return the line of one level."""
    answered, ended, bare = (statistics.median(one[key] for one in measured) for key in ("answered", "ended", "bare"))
    ratios = sorted(one["answered"] / one["bare"] for one in measured)
    return (
        f"{level.value}: first answer after {answered * 1e3:.1f} against {bare * 1e3:.1f} of a bare fork, ratio "
        f"{statistics.median(ratios):.2f} [{ratios[len(ratios) // 10]:.2f} to {ratios[-1 - len(ratios) // 10]:.2f}], "
        f"ended in {ended * 1e3:.1f}, in a new lane {first_s * 1e3:.1f}"
    )


class Lane:
    """A lane whose judge measures when asked."""

    def __init__(self, engine: launch.ZygoteEngine, level: Level, scratch: str) -> None:
        self.level = level
        self.reached = ""
        self.began = time.perf_counter()
        self._end = engine.open_lane(LaneNeeds(scratch, most=level.value)).socket  # type: ignore[attr-defined]
        data = msgspec.json.encode(job_of(scratch))
        self._end.sendall(launch.LENGTH.pack(len(data)) + data)
        self._answers = self._end.makefile("rb")
        self._answers.readline()

    def ask(self) -> dict[str, Any]:
        """Have one worker started and ended; return what was measured."""
        self._end.send(b"?")
        answer: dict[str, Any] = json.loads(self._answers.readline())
        return answer

    def close(self) -> None:
        """End the judge, and with it the slot."""
        self._answers.close()
        self._end.close()


@contextmanager
def engine_of_ours() -> Iterator[launch.ZygoteEngine]:
    """Start the engine with the zygote of `benchmarks.isolation_judge`."""
    boot = launch.boot_command
    with mock.patch.object(launch, "boot_command", lambda _, given: boot("benchmarks.isolation_judge", given)):
        engine = launch.ZygoteEngine()
    try:
        engine.prepare([], {}, "many")
        yield engine
    finally:
        engine.close()


@contextmanager
def open_lane(engine: launch.ZygoteEngine, level: Level) -> Iterator[Lane]:
    """Open a lane with a scratch folder of its own; the slot removes the folder."""
    scratch = tempfile.mkdtemp(prefix="grade-bench-")
    lane = Lane(engine, level, scratch)
    try:
        yield lane
    finally:
        lane.close()
        deadline = time.monotonic() + 10
        while os.path.exists(scratch) and time.monotonic() < deadline:
            time.sleep(0.01)


def time_first_worker(engine: launch.ZygoteEngine, level: Level) -> float:
    """Return the seconds from asking for a lane until its first worker has answered and is ended."""
    with open_lane(engine, level) as lane:
        lane.ask()
        return time.perf_counter() - lane.began


def job_of(scratch: str) -> Job:
    """Return a job without checks."""
    return Job(
        exercise="none",
        file_name="none.py",
        module_name="none",
        source="",
        helpers={},
        given=(),
        suites=(),
        expected_points=None,
        check_seconds=60.0,
        total_seconds=60.0,
        memory_bytes=2 * 2**30,
        output_bytes=2**20,
        threads=1,
        device="cpu",
        seed=0,
        scratch=scratch,
    )
