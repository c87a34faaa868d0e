"""Processes: nothing of a run outlives it, whichever of them is killed, and spawned ones give the verdicts of forked ones."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import PATIENCE_S, descendants, eventually, is_running, kill, write_course

from grader.records import Result, Verdict

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="walks /proc")

SUITE = """
@pytest.mark.points(1)
def test_slow(student):
    assert student.double(2) == 4


@pytest.mark.points(1)
def test_good(student):
    assert student.good(2) == 4
"""
# The file starts a process, by which it is seen to have begun, and then does not end.
SLEEPER = """
import os, time

def double(x):
    if os.fork() == 0:
        os.setsid()
        time.sleep(600)
    time.sleep(600)

def good(x):
    return x * 2
"""


class Run:
    """A `python -m grader` over a tiny course, with a folder of its own for scratch."""

    def __init__(self, folder: Path, source: str, **environment: str) -> None:
        root = write_course(folder / "course", hidden=SUITE)
        file = folder / "work.py"
        file.write_text(source, encoding="utf-8")
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.known: set[int] = set()
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "grader",
                "tiny",
                str(file),
                "--course",
                str(root),
                "--device",
                "cpu",
                "--json",
                "-",
            ],
            env={
                **os.environ,
                "TMPDIR": str(self.temporary),
                "PYTHONPATH": str(Path(__file__).parents[1]),
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            start_new_session=True,
        )

    def begun(self) -> bool:
        """Say whether the student's code has begun: its worker has started a process."""
        try:
            return bool(children(self.named("worker")))
        except (ValueError, OSError):  # the tree is still growing
            return False

    def below(self) -> list[int]:
        """Return all processes below the front; they are remembered."""
        found = descendants(self.process.pid)
        self.known.update(found)
        return found

    def named(self, role: str) -> int:
        """Return the process of a role, found by its place in the tree."""
        (zygote,) = children(self.process.pid)
        lanes = children(zygote)
        (slot,) = [pid for pid in lanes if children(pid)]
        (judge,) = [pid for pid in lanes if pid != slot]
        (below,) = children(slot)
        first = is_first_of_a_namespace(below)  # at level full the slot proper lives in namespaces of its own
        (worker,) = children(below) if first else [below]
        found = {"front": self.process.pid, "zygote": zygote, "slot": slot, "judge": judge, "worker": worker}
        return (found | {"inner slot": below if first else slot})[role]

    def wait(self) -> tuple[int, str, str]:
        """Return exit code, stdout and stderr."""
        out, errors = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, (out or b"").decode(), errors.decode()

    def left(self) -> list[int]:
        """Return the processes of this run that still run."""
        return [pid for pid in self.known if is_running(pid)]

    def end(self) -> None:
        """Kill whatever a failing test has left."""
        for pid in (self.process.pid, *self.known):
            kill(pid)
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


def children(pid: int) -> list[int]:
    """Return the direct children of a process that are no zombies."""
    from grader.engine.linux import children_of

    return [child for child in children_of(pid) if is_running(child)]


def is_first_of_a_namespace(pid: int) -> bool:
    """Say whether a process is number 1 in the innermost of its process namespaces."""
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("NSpid")]
    return line.split()[2:][-1:] == ["1"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Start a run; what it leaves is killed after the test."""
    runs: list[Run] = []

    def start_run(source: str, **environment: str) -> Run:
        runs.append(Run(tmp_path, source, **environment))
        return runs[-1]

    yield start_run
    for run in runs:
        run.end()


def test_a_run_leaves_no_process_and_no_file(start: Callable[..., Run]) -> None:
    run = start(SLEEPER.replace("time.sleep(600)\n\ndef good", "time.sleep(1)\n    return x * 2\n\ndef good"))
    eventually(lambda: run.below() and run.begun(), "the student's code has begun")
    run.below()

    code, out, errors = run.wait()

    assert code == 0, errors
    assert json.loads(out)["points"] == 2
    eventually(lambda: not run.left(), "all processes have ended")
    eventually(lambda: not list(run.temporary.iterdir()), "the scratch folder is gone")


@pytest.mark.parametrize("role", ["front", "zygote", "judge"])
def test_killing_any_process_ends_them_all(start: Callable[..., Run], role: str) -> None:
    run = start(SLEEPER)
    eventually(run.begun, "the student's code has begun")
    run.below()

    kill(run.named(role))
    code, _, errors = run.wait()

    eventually(lambda: not run.left(), "all processes have ended")
    eventually(lambda: not list(run.temporary.iterdir()), "the scratch folder is gone")
    if role != "front":
        assert code == 3, errors
        assert "this is not the fault of the submission" in errors


@pytest.mark.parametrize("role", ["slot", "inner slot"])
def test_killing_the_slot_ends_its_worker_and_costs_nobody_points(start: Callable[..., Run], role: str) -> None:
    run = start(SLEEPER)
    eventually(run.begun, "the student's code has begun")
    run.below()

    kill(run.named(role))
    code, out, errors = run.wait()

    assert code == 3, errors
    assert {check["verdict"] for check in json.loads(out)["checks"]} == {"grader_error"}
    eventually(lambda: not run.left(), "all processes have ended")
    eventually(lambda: not list(run.temporary.iterdir()), "the scratch folder is gone")


def test_killing_the_worker_costs_its_check_only(start: Callable[..., Run]) -> None:
    run = start(SLEEPER)
    eventually(run.begun, "the student's code has begun")
    run.below()

    kill(run.named("worker"))
    code, out, errors = run.wait()

    assert code == 1, errors
    assert [check["verdict"] for check in json.loads(out)["checks"]] == ["crashed", "passed"]
    eventually(lambda: not run.left(), "all processes have ended")


def test_an_interrupted_run_ends_with_everything_below_it(start: Callable[..., Run]) -> None:
    run = start(SLEEPER)
    eventually(run.begun, "the student's code has begun")
    run.below()

    kill(run.process.pid, signal.SIGINT)
    code, out, errors = run.wait()

    assert (code, out) == (130, "")
    assert "stopped" in errors and "Traceback" not in errors
    eventually(lambda: not run.left(), "all processes have ended")
    eventually(lambda: not list(run.temporary.glob("grade-*")), "the scratch folder is gone")


def test_a_reader_that_closes_the_pipe_is_no_fault(start: Callable[..., Run]) -> None:
    run = start(SLEEPER.replace("time.sleep(600)\n\ndef good", "time.sleep(1)\n    return x * 2\n\ndef good"))
    assert run.process.stdout is not None
    run.process.stdout.close()
    run.process.stdout = None

    code, _, errors = run.wait()

    assert code in (0, 1) and "Traceback" not in errors


VERDICTS = """
import os

def double(x):
    return {1: lambda: x * 2, 2: lambda: os._exit(3), 3: lambda: x.nothing, 4: lambda: loop(), 5: lambda: stub()}[x]()

def loop():
    while True: pass

def stub():
    raise NotImplementedError

def learn(x, layer):
    print("learning")
    return layer(x) * 2
"""
VERDICT_SUITE = """
@pytest.mark.points(1)
@pytest.mark.parametrize("x", [1, 2, 3, 4, 5])
@pytest.mark.limit(seconds=3)
def test_case(student, x):
    assert student.double(x) == 2 * x


@pytest.mark.points(1)
@pytest.mark.forbid("torch.gather")
def test_gradient(student, remote, fresh_remote):
    layer = remote.torch.nn.Linear(2, 1)
    x = torch.ones(3, 2, requires_grad=True)
    student.learn(x, layer).sum().backward()
    assert_tensor(x.grad, (2 * layer.weight.detach()).expand(3, 2))
    assert fresh_remote().student.double(1) == 2
"""


def test_spawned_processes_give_the_verdicts_of_forked_ones(grade: Callable[..., Result], tmp_path: Path) -> None:
    from grader.course import find_course
    from grader.run import Grader
    from grader.submission import read_submission
    from grader.terms import Choices

    forked = grade(VERDICTS, VERDICT_SUITE, points=6)
    root = write_course(tmp_path / "spawned", hidden=VERDICT_SUITE, points=6)
    (tmp_path / "work.py").write_text(VERDICTS, encoding="utf-8")
    exercise = find_course(root, {}, root).exercises["tiny"]
    with Grader(Choices(device="cpu", env={**os.environ, "GRADE_START": "spawn"})) as grader:
        spawned = grader.grade(exercise, read_submission(tmp_path / "work.py", exercise))

    assert (forked.environment.start, spawned.environment.start) == ("fork", "spawn")
    assert [said(check) for check in spawned.checks] == [said(check) for check in forked.checks]
    assert [check.verdict for check in forked.checks] == [
        Verdict.PASSED,
        Verdict.CRASHED,
        Verdict.FAILED,
        Verdict.TIMED_OUT,
        Verdict.NOT_IMPLEMENTED,
        Verdict.PASSED,
    ]


def said(check: Any) -> tuple[Any, ...]:
    """Return what a check says, but for the time that it took and the line at which a loop was interrupted."""
    return check.name, check.verdict, check.points, check.message.partition("; it was at")[0], check.hint, check.output


FRESH = """
import os

def pid():
    return os.getpid()

def fork_and_die():
    if os.fork() == 0:
        os.setsid()
        while True:
            pass
    os._exit(3)
"""
FRESH_SUITE = """
import json, pathlib

FOUND = pathlib.Path({found!r})

def note(**pids):
    known = json.loads(FOUND.read_text()) if FOUND.exists() else {{}}
    FOUND.write_text(json.dumps(known | pids))

@pytest.mark.points(1)
def test_first(fresh_remote):
    one, two = fresh_remote(), fresh_remote()
    note(first=[one.os.getpid(), two.os.getpid()])

@pytest.mark.points(1)
def test_second(fresh_remote):
    clean = fresh_remote()
    note(second=clean.os.getpid())

@pytest.mark.points(1)
def test_imports(fresh_remote):
    note(imports=fresh_remote().student.pid())

@pytest.mark.points(1)
def test_dies(student, remote):
    remote.os.mkdir("left-behind")
    student.fork_and_die()

@pytest.mark.points(1)
def test_after_it(remote, fresh_remote):
    beside = remote.os.listdir(str(remote.scratch.parent))
    note(after=fresh_remote().os.getpid(), beside=[str(name) for name in beside])
"""


def test_a_worker_without_student_code_serves_the_next_check_until_one_dies(grade: Callable[..., Result], tmp_path: Path) -> None:
    found = tmp_path / "found.json"
    result = grade(FRESH, FRESH_SUITE.format(found=str(found)), points=5)

    pids = json.loads(found.read_text())
    verdicts = [check.verdict for check in result.checks]
    assert verdicts == [Verdict.PASSED, Verdict.PASSED, Verdict.PASSED, Verdict.CRASHED, Verdict.PASSED]
    assert len(set(pids["first"])) == 2 and pids["second"] in pids["first"]
    # One that has run student code serves nobody else, and with the main worker all others went.
    assert pids["after"] not in (*pids["first"], pids["imports"])
    assert len(pids["beside"]) <= 2, "what lay in the scratch folder before is gone"


def test_a_hundred_runs_leave_no_descriptor_open(grader: Any, grade: Callable[..., Result]) -> None:
    def open_descriptors() -> list[int]:
        pids = [os.getpid(), *children(os.getpid())]
        return [len(os.listdir(f"/proc/{pid}/fd")) for pid in pids]

    suite = "@pytest.mark.points(1)\ndef test_it(student): assert student.double(1) == 2\n"
    grade("def double(x): return x * 2", suite)
    before = open_descriptors()

    for _ in range(5):
        grade("def double(x): return x * 2", suite)

    assert open_descriptors() == before


SECOND = """
import os
import uuid

seen = []
NAME = uuid.uuid4().hex  # numbers of processes come again in a namespace of their own

def name():
    return NAME

def folder():
    return os.getcwd()

def remember(word):
    seen.append(word)
    return len(seen)

def die():
    os._exit(3)

def pick(x, index):
    return x.gather(1, index)
"""
SECOND_SUITE = """
import json, pathlib

FOUND = pathlib.Path({found!r})

def note(**names):
    known = json.loads(FOUND.read_text()) if FOUND.exists() else {{}}
    FOUND.write_text(json.dumps(known | names))

@pytest.mark.points(1)
def test_first(student, remote, second_remote, fresh_remote):
    assert student.remember("main") == 1 and second_remote.student.remember("second") == 1
    assert second_remote.student.folder() == student.folder() == str(remote.scratch)
    note(main=student.name(), first=second_remote.student.name(), fresh=fresh_remote().student.name())

@pytest.mark.points(1)
@pytest.mark.forbid("torch.gather")
def test_rules_hold_there_too(second_remote):
    second_remote.student.pick(torch.eye(2), torch.zeros(2, 1, dtype=torch.int64))

@pytest.mark.points(1)
def test_kept(student, second_remote):
    assert second_remote.student.remember("again") == 2
    note(kept=second_remote.student.name())

@pytest.mark.points(1)
def test_dies(second_remote):
    second_remote.student.die()

@pytest.mark.points(1)
def test_after_it(student, second_remote):
    assert second_remote.student.remember("new") == 1 and student.remember("main") == 2
    note(after=second_remote.student.name(), main_after=student.name())

@pytest.mark.points(1)
def test_main_dies(student):
    student.die()

@pytest.mark.points(1)
def test_after_that(student, second_remote):
    assert second_remote.student.remember("new") == 1
    note(last=second_remote.student.name())
"""


def test_a_second_worker_is_another_program_and_kept_from_check_to_check(grade: Callable[..., Result], tmp_path: Path) -> None:
    found = tmp_path / "found.json"
    result = grade(SECOND, SECOND_SUITE.format(found=str(found)), points=7)

    assert [check.verdict for check in result.checks] == [
        *(Verdict.PASSED, Verdict.REFUSED, Verdict.PASSED, Verdict.CRASHED, Verdict.PASSED, Verdict.CRASHED, Verdict.PASSED)
    ], [check.message for check in result.checks]
    assert "torch.Tensor.gather" in result.checks[1].message
    names = json.loads(found.read_text())
    assert len({names[name] for name in ("main", "first", "fresh", "after", "last")}) == 5
    assert names["kept"] == names["first"] and names["main_after"] == names["main"]
