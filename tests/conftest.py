"""What the tests of the engine share: one zygote and one slot a pytest process, tiny courses written on the spot, workers within reach."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from grader.records import CheckRecord, Result

# The same examples in every run and on every machine, and no folder of them left behind.
settings.register_profile("grade", derandomize=True, database=None, deadline=None)
settings.load_profile("grade")

# A shell has what it starts in the background ignore Ctrl-C, and that is handed on to every process below.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Generous: what a test waits for comes within milliseconds on a quiet machine, and later on a loaded one.
PATIENCE_S = 60.0
SUITE_HEAD = "import pytest\nimport torch\nfrom grader.suite import *\n"
STUB = '"""The stub."""\n\n\ndef double(x):\n    raise NotImplementedError\n'


def write_course(
    root: Path,
    *,
    hidden: str | None = None,
    visible: str | None = None,
    stub: str = STUB,
    points: float | None = None,
    toml: str = "",
    limits: dict[str, Any] | None = None,
    given: dict[str, str] | None = None,
) -> Path:
    """Write a course with one exercise, `tiny`, whose file is `work.py`, and return its folder.

    Args:
        hidden: body of test_hidden.py; None for a course without solutions.
        visible: body of test_visible.py; None for none.
        points: the declared points; by default the sum of all `points(...)` marks in the texts.
        toml: further top-level lines of exercise.toml.
        limits: the section `[limits]`.
        given: names and texts of the given files.
    """
    folder = root / "exercises" / "tiny"
    folder.mkdir(parents=True)
    marks = re.findall(r"points\((\d+(?:\.\d+)?)\)", (hidden or "") + (visible or ""))
    total = sum(map(Decimal, marks)) if points is None else points
    wanted = {"seconds": 60, "total_seconds": 300} | (limits or {})
    lines = [
        'title = "Tiny"',
        'file = "work.py"',
        f"points = {total}",
        toml,
        f"given = {list(given or {})!r}",
        "[limits]",
    ]
    lines += [f"{key} = {value!r}" for key, value in wanted.items()]
    (folder / "exercise.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "work.py").write_text(stub, encoding="utf-8")
    for name, text in (given or {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    if visible is not None:
        (folder / "test_visible.py").write_text(SUITE_HEAD + visible, encoding="utf-8")
    if hidden is not None:
        secret = root / "solutions" / "tiny"
        secret.mkdir(parents=True)
        (secret / "test_hidden.py").write_text(SUITE_HEAD + hidden, encoding="utf-8")
    return root


def check_of(result: Result, name: str) -> CheckRecord:
    """Return the record of a check by the name of its function (and case)."""
    found = [check for check in result.checks if check.name.partition("::")[2] == name]
    assert len(found) == 1, f"{name} is not one of {[check.name for check in result.checks]}"
    return found[0]


def told(check: CheckRecord) -> str:
    """Return all that a check says, for the message of a failing assert."""
    return f"{check.verdict.value}: {check.message} / {check.hint} / {check.where}\n{check.detail}\n{check.output}"


def eventually(condition: Callable[[], Any], what: str) -> Any:
    """Return the first true value of `condition`, asked again and again until PATIENCE_S have passed."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    pytest.fail(f"after {PATIENCE_S:g} s still not so: {what}")


@pytest.fixture(scope="session")
def grader() -> Iterator[Any]:
    """A started `Grader` whose zygote serves every test of this process."""
    from grader.run import Grader
    from grader.terms import Choices

    with Grader(Choices(device="cpu")) as started:
        yield started


@pytest.fixture(autouse=True)
def _choices_of_the_grader(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give the next test the grader's choices as they were: some tests set their own."""
    if "grader" not in request.fixturenames:
        yield
        return
    grader = request.getfixturevalue("grader")
    before = grader.choices
    yield
    grader.choices = before


@pytest.fixture(scope="session")
def engine(grader: Any) -> Any:
    """The engine of `grader`."""
    return grader._engine


@pytest.fixture
def shared_engine(monkeypatch: pytest.MonkeyPatch, grader: Any) -> None:
    """Run commands in this process with the zygote of all tests, and with nothing of the caller's environment."""
    for name in ("GRADE_COURSE", "GRADE_DATA", "GRADE_START", "GRADE_ISOLATION"):
        monkeypatch.delenv(name, raising=False)

    class SharedEngine:
        start = grader._engine.start

        def __getattr__(self, name: str) -> Any:
            return getattr(grader._engine, name)

        def close(self) -> None:
            """Leave the zygote to the next test."""

    monkeypatch.setattr("grader.run.start_engine", lambda *_: SharedEngine())


@pytest.fixture
def grade(grader: Any, tmp_path: Path) -> Callable[..., Result]:
    """Grade a text: `grade(source, hidden="def test_...", visible=..., limits=...)` writes a tiny course and returns the result."""
    from grader.course import find_course
    from grader.submission import read_submission
    from grader.terms import Choices

    runs = iter(range(1_000))

    def run(
        source: str | bytes,
        hidden: str | None = None,
        *,
        seed: int = 0,
        suites: str = "all",
        env: Any = None,
        most: Any = None,
        **course: Any,
    ) -> Result:
        folder = tmp_path / f"run{next(runs)}"
        root = write_course(folder / "course", hidden=hidden, **course)
        file = folder / "submission" / "work.py"
        file.parent.mkdir()
        file.write_bytes(source if isinstance(source, bytes) else source.encode())
        exercise = find_course(root, {}, root).exercises["tiny"]
        held = {} if most is None else {"most": most}
        grader.choices = Choices(device="cpu", seed=seed, suites=suites, **held)
        return grader.grade(exercise, read_submission(file, exercise, siblings=True))

    return run


# A judge within this process


@dataclasses.dataclass
class Bench:
    """The judge's side of one submission, for tests that play the suite."""

    host: Any
    remote: Any

    @property
    def student(self) -> Any:
        """The student's module."""
        return self.remote.student

    def fresh_remote(self) -> Any:
        """Return the `remote` of another, new worker."""
        from grader.judge.remote import Remote

        return Remote(self.host, self.host.fresh())


@pytest.fixture(scope="session")
def slot_workers() -> Iterator[Any]:
    """Workers forked by a slot that a process of its own runs: this one may have threads, which do not survive a fork."""
    import torch

    from grader.engine import messages
    from grader.engine.launch import clean_environment
    from grader.engine.workers import SlotWorkers

    torch.set_num_threads(1)
    scratch = tempfile.mkdtemp(prefix="grade-test-")
    ours, theirs = messages.pair()
    code = (
        "import socket, torch, torch._dynamo, grader.worker.serve\n"
        "from grader.engine.slot import run_slot\n"
        "from grader.isolation import LaneNeeds\n"
        "from grader.engine.settling import Settled\n"
        f"run_slot(socket.socket(fileno={theirs.fileno()}), Settled(LaneNeeds({scratch!r})))"
    )
    environment = clean_environment() | {"PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()], env=environment)
    theirs.close()
    workers = SlotWorkers(ours)
    workers.scratch = scratch  # type: ignore[attr-defined]
    yield workers
    ours.close()
    process.wait(timeout=PATIENCE_S)
    shutil.rmtree(scratch, ignore_errors=True)


@pytest.fixture
def bench(slot_workers: Any) -> Iterator[Callable[..., Bench]]:
    """Return the bench of a student's source: `bench(source).student.f(x)` calls it in a worker."""
    from grader.job import Job
    from grader.judge.host import Host
    from grader.judge.remote import Remote

    hosts = []

    def open_bench(source: str, *, seconds: float = 60.0, helpers: dict[str, str] | None = None) -> Bench:
        job = Job(
            exercise="tiny",
            file_name="work.py",
            module_name="work",
            source=source,
            helpers=helpers or {},
            given=(),
            suites=(),
            expected_points=None,
            check_seconds=seconds,
            total_seconds=300.0,
            memory_bytes=2 * 2**30,
            output_bytes=2**20,
            threads=1,
            device="cpu",
            seed=0,
            scratch=slot_workers.scratch,
        )
        host = Host(job, slot_workers)
        hosts.append(host)
        host.begin_check(1, seconds, None)
        return Bench(host, Remote(host, host.main()))

    yield open_bench
    for host in hosts:
        host.end()


# Processes


def descendants(pid: int) -> list[int]:
    """Return every process below `pid`."""
    from grader.engine.linux import children_of

    found, frontier = [], [pid]
    while frontier:
        below = children_of(frontier.pop())
        found += below
        frontier += below
    return found


def is_running(pid: int) -> bool:
    """Say whether a process is there and no zombie."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    """Send a signal to a process that may be gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
