"""`grade batch` on a class, against one `python -m pytest` process a submission on the same files in the same run.

pytest runs the same suites with the student's module imported into its own process, which is what graders do that isolate nothing.
No file is like another, so that nothing is graded once for several students.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.class_files import LIGHT, ROOT, make_class, stub_of

STUDENTS = int(os.environ.get("GRADE_BENCH_STUDENTS", "300"))
PYTEST_SAMPLE = 12
GROWTH = (10, 100, 1_000, 10_000)
CONFTEST = '''
import contextlib, importlib, os, sys
import pytest, torch

sys.path.insert(0, {root!r})
sys.path.insert(0, os.environ["SUBMISSION"])


class Remote:
    """What the fixture `remote` gives, in this process."""

    def __getattr__(self, name):
        return importlib.import_module(name)

    module = staticmethod(importlib.import_module)
    trace = observe = staticmethod(lambda *_: contextlib.nullcontext())


@pytest.fixture
def student():
    return importlib.import_module({module!r})


@pytest.fixture
def remote():
    return Remote()


@pytest.fixture
def device():
    return torch.device("cpu")


@pytest.fixture
def check_seed():
    return 0
'''


def measure() -> str:
    """Measure one exercise and all light ones, levels of isolation, and how cost grows."""
    with tempfile.TemporaryDirectory(prefix="grade-bench-") as folder:
        root = Path(folder)
        lines = [*_against_pytest(root), *_levels(root), *_light(root), *_growth(root)]
    return "\n  ".join(["submissions a second, of whole commands", *lines])


def _against_pytest(root: Path) -> list[str]:
    make_class(root / "one", ("exercise1",), STUDENTS)
    bare = _pytest_seconds(root / "one", "exercise1")
    lines = [f"exercise1, one pytest process each: {1 / bare:.2f} a second ({bare:.2f} s each, {PYTEST_SAMPLE} of them)"]
    for lanes in (1, 2):
        seconds, peak = _batch(root / "one", root / f"out-{lanes}", "-j", str(lanes), "--isolation", "full")
        rate = STUDENTS / seconds
        lines.append(
            f"exercise1, {STUDENTS} submissions, {lanes} lanes, full: {rate:.2f} a second, "
            f"{rate * bare:.1f} times pytest; peak memory {peak / 2**20:.0f} MiB"
        )
    return lines


def _levels(root: Path) -> list[str]:
    lines = []
    count = max(STUDENTS // 3, 1)
    make_class(root / "levels", ("exercise1",), count)
    for level in ("full", "landlock", "none"):
        seconds, _ = _batch(root / "levels", root / f"level-{level}", "-j", "2", "--isolation", level, most=level)
        lines.append(f"exercise1, {count} submissions, 2 lanes, {level}: {count / seconds:.2f} a second")
    return lines


def _light(root: Path) -> list[str]:
    count = max(STUDENTS // 10, 1)
    make_class(root / "light", LIGHT, count)
    seconds, peak = _batch(root / "light", root / "out-light", "-j", "2")
    graded = count * len(LIGHT)
    return [f"{', '.join(LIGHT)}: {graded} submissions, {graded / seconds:.2f} a second, peak {peak / 2**20:.0f} MiB"]


def _growth(root: Path) -> list[str]:
    lines = []
    most = int(os.environ.get("GRADE_BENCH_MOST", "1000"))
    for count in [size for size in GROWTH if size <= most]:
        folder = root / f"growth-{count}"
        make_class(folder, ("exercise1",), count)
        seconds, peak = _batch(folder, root / f"out-growth-{count}", "-j", "2")
        shutil.rmtree(folder)
        lines.append(f"{count} submissions: {1000 * seconds / count:.0f} ms each, peak memory {peak / 2**20:.0f} MiB")
    return lines


def _batch(folder: Path, out: Path, *options: str, most: str = "") -> tuple[float, int]:
    """Return seconds of the whole command, and the most memory that all its processes held at once."""
    command = [sys.executable, "-m", "grader", "batch", str(folder), "--out", str(out), "--device", "cpu", *options]
    environment = {**os.environ, "GRADE_COURSE": str(ROOT), **({"GRADE_MOST_ISOLATION": most} if most else {})}
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    memory = _Memory(process.pid)
    memory.start()
    _, said = process.communicate()
    seconds = time.perf_counter() - began
    memory.stop()
    if process.returncode:
        raise RuntimeError(said.decode()[-2000:])
    return seconds, memory.peak_bytes


def _pytest_seconds(folder: Path, exercise: str) -> float:
    """Return the mean seconds of one pytest process a submission."""
    suites = [ROOT / "exercises" / exercise / "test_visible.py", ROOT / "solutions" / exercise / "test_hidden.py"]
    with tempfile.TemporaryDirectory() as own:
        bench = Path(own)
        (bench / "conftest.py").write_text(CONFTEST.format(root=str(ROOT), module=stub_of(exercise).stem))
        for suite in suites:
            shutil.copy(suite, bench)
        began = time.perf_counter()
        for student in sorted(folder.iterdir())[:PYTEST_SAMPLE]:
            subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", str(bench)],
                cwd=bench,
                env={**os.environ, "SUBMISSION": str(student)},
                stdout=subprocess.DEVNULL,
                check=False,
            )
        return (time.perf_counter() - began) / PYTEST_SAMPLE


class _Memory(threading.Thread):
    """Looks now and then at what a process and all below it hold; pages that several share count once (PSS)."""

    EVERY_S = 1.0

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self._pid = pid
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(self.EVERY_S):
            self.peak_bytes = max(self.peak_bytes, sum(map(_held_bytes, _below(self._pid))))

    def stop(self) -> None:
        """End it."""
        self._ended.set()
        self.join()


def _below(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        try:
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except OSError:  # ended meanwhile
            continue
    return found


def _held_bytes(pid: int) -> int:
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:  # ended meanwhile
        return 0
    return int(found[1]) * 1024 if found else 0
