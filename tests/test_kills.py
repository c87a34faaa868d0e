"""SIGKILL to any process of a run at any time: nothing of it stays, no report is half written, and the next run is right.

`GRADE_FULL=1` takes two hundred rounds.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import PATIENCE_S, descendants, eventually, kill, write_course
from leftovers import of_front

from grader.engine.linux import children_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="walks /proc")

FULL = bool(os.environ.get("GRADE_FULL"))
ROUNDS = 200 if FULL else 12
# Another run afterwards takes as long as the round itself, so few of the short tests make one; a number that is prime to LEVELS.
NEXT_RUN_AFTER = 1 if FULL else 4
SEED = 20
LEVELS = ("", "landlock", "none")  # GRADE_MOST_ISOLATION; empty for the best that there is
CHECKS = 4
SUITE = "\n".join(
    f"@pytest.mark.points(1)\ndef test_{number}(student):\n    assert student.double({number}) == {2 * number}\n"
    for number in range(CHECKS)
)
# Something to leave behind: files in the scratch folder, processes that have left the session, one of them an orphan.
SOURCE = """
import os, time

def double(x):
    open(f"kept-{x}", "w").close()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        time.sleep(0.1)
        os._exit(0)
    time.sleep(0.15)
    return x * 2
"""


class Course:
    """A folder with a course, a submission, and the reports of the runs in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = write_course(folder / "course", hidden=SUITE)
        self.file = folder / "work.py"
        self.file.write_text(SOURCE, encoding="utf-8")
        self.temporary = folder / "temporary"
        self.reports = folder / "reports"
        for made in (self.temporary, self.reports):
            made.mkdir()

    def start(self, most: str) -> Run:
        """Start a run that writes both reports."""
        environment = {**os.environ, "TMPDIR": str(self.temporary), "PYTHONPATH": str(Path(__file__).parents[1])}
        environment.pop("GRADE_MOST_ISOLATION", None)
        if most:
            environment["GRADE_MOST_ISOLATION"] = most
        command = [sys.executable, "-m", "grader", "tiny", str(self.file), "--course", str(self.root), "--device", "cpu"]
        command += ["--json", str(self.reports / "out.json"), "--html", str(self.reports / "out.html")]
        return Run(
            subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd=self.folder,
                start_new_session=True,
            )
        )

    def tidy(self) -> None:
        """Remove what runs have left, so that the failure of one test stays one."""
        for report in self.reports.iterdir():
            report.unlink()
        for folder in self.temporary.iterdir():
            shutil.rmtree(folder)

    def result(self) -> dict[str, Any] | None:
        """Return the JSON report, None where there is none; an incomplete one is an error."""
        report = self.reports / "out.json"
        read: dict[str, Any] | None = json.loads(report.read_text(encoding="utf-8")) if report.exists() else None
        return read

    def page_is_whole(self) -> bool:
        """Say whether the HTML report is complete or not there at all."""
        report = self.reports / "out.html"
        return not report.exists() or report.read_text(encoding="utf-8").rstrip().endswith("</html>")

    def scratch(self) -> list[str]:
        """Return what lies in the folder for temporary files."""
        return sorted(str(path.relative_to(self.temporary)) for path in self.temporary.rglob("*"))


@dataclass(frozen=True)
class Run:
    """A running `python -m grader`."""

    process: subprocess.Popen[bytes]

    def wait(self) -> tuple[int, str]:
        """Return exit code and what was said on stderr."""
        _, errors = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, errors.decode()

    def left(self) -> set[int]:
        """Return the processes of this run, the front apart, that still run, wherever they hang."""
        return of_front(self.process.pid)

    def victims(self) -> dict[str, list[int]]:
        """Return the processes by their place in the tree: front, zygote, lane (judge, slot), below (workers and theirs)."""
        zygote = children_of(self.process.pid)
        lane = [child for pid in zygote for child in children_of(pid)]
        below = [child for pid in lane for child in descendants(pid)]
        places = {"front": [self.process.pid], "zygote": zygote, "lane": lane, "below": below}
        return {place: pids for place, pids in places.items() if pids}

    def end(self) -> None:
        """Kill whatever a failing test has left."""
        for pid in (self.process.pid, *self.left()):
            kill(pid)
        self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The folder that all rounds share: what one leaves behind, the next would stumble over."""
    return Course(tmp_path_factory.mktemp("kills"))


@pytest.fixture(scope="module")
def usual_s(course: Course) -> float:
    """How long a run takes that nobody disturbs."""
    began = time.monotonic()
    finish(course, "")
    return time.monotonic() - began


@pytest.fixture
def runs() -> Iterator[list[Run]]:
    """Runs to be ended after the test."""
    started: list[Run] = []
    yield started
    for run in started:
        run.end()


def finish(course: Course, most: str) -> dict[str, Any]:
    """Let a run come to its end and return its result."""
    run = course.start(most)
    try:
        code, errors = run.wait()
        assert code == 0, errors
        eventually(lambda: not run.left(), f"an undisturbed run has ended: {run.left()}")
        result = course.result()
        assert result is not None
        return result
    finally:
        run.end()


def by_place(pid: int, places: dict[str, list[int]]) -> str:
    """Say in words which process it is."""
    (place,) = [name for name, pids in places.items() if pid in pids]
    return f"{place} ({places[place].index(pid) + 1} of {len(places[place])}, {len(children_of(pid))} children)"


@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_killed_process_takes_the_run_with_it_and_nothing_stays(
    course: Course, usual_s: float, runs: list[Run], number: int
) -> None:
    chance = random.Random(f"{SEED} {number}")
    most = LEVELS[number % len(LEVELS)]
    course.tidy()
    run = course.start(most)
    runs.append(run)

    # From before the zygote is there until the reports are being written. A sleep, since any time is a good one.
    time.sleep(chance.uniform(0.05, 1.0) * usual_s)
    places = run.victims()
    victim = chance.choice(places[chance.choice(sorted(places))])
    words = f"round {number} ({most or 'best'}): killed {by_place(victim, places)}, of {places}"
    kill(victim)
    code, errors = run.wait()

    eventually(lambda: not run.left(), f"{words}; nothing of it runs")
    assert code in (0, 1, 3, -9), (words, code, errors)
    # A fault of the grader quotes what the processes below the front have said last.
    assert code == 3 or "Traceback (most recent call last)" not in errors, (words, errors)
    assert course.page_is_whole(), words
    assert course.result() is None or course.result()["points"] <= CHECKS, words  # type: ignore[index]
    by_front = victim == run.process.pid
    eventually(lambda: not course.scratch() or (by_front and only_empty(course)), f"{words}; scratch is gone")
    for folder in course.temporary.iterdir():
        folder.rmdir()  # empty; the next run makes one of its own
    hidden = [path.name for path in course.reports.iterdir() if path.name not in ("out.json", "out.html")]
    assert by_front or not hidden, words

    if number % NEXT_RUN_AFTER == 0:
        result = finish(course, most)
        assert [check["verdict"] for check in result["checks"]] == ["passed"] * CHECKS, words
        eventually(lambda: not course.scratch(), f"{words}; the next run has left nothing")


def only_empty(course: Course) -> bool:
    """Say whether all that is left are empty scratch folders: made by a front that was killed before anybody else knew of them."""
    return all(name.startswith("grade-") and "/" not in name for name in course.scratch())


@pytest.mark.parametrize("most", [level for level in LEVELS if level])
def test_a_killed_slot_leaves_no_file(course: Course, runs: list[Run], most: str) -> None:
    course.tidy()
    run = course.start(most)
    runs.append(run)
    # At level `full` there is nothing to be seen from outside, and nothing to be left: the files are in the slot's own memory disk.
    eventually(lambda: any("kept" in name for name in course.scratch()), "the student's code has written a file")
    (slot,) = [pid for pid in run.victims()["lane"] if children_of(pid)]

    kill(slot)
    code, errors = run.wait()

    assert code == 3, errors
    eventually(lambda: not run.left(), "nothing of it runs")
    assert not course.scratch()
