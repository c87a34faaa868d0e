"""Many gradings in a row by one grader, one in three of a hostile file: nothing adds up, and each file gets the same result as at first.

`GRADE_FULL=1` takes a thousand of them.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import eventually, write_course
from leftovers import descriptors_of, memory_of, mounts_of, of_front

from grader.course import find_course
from grader.exercise import Exercise
from grader.isolation import Level
from grader.records import Result
from grader.submission import read_submission

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="walks /proc")

GRADINGS = 1_000 if os.environ.get("GRADE_FULL") else 45
SUITE = """
@pytest.mark.points(2)
@pytest.mark.limit(seconds=0.6)
def test_double(student):
    assert_tensor(student.double(torch.arange(3.0)), torch.tensor([0.0, 2.0, 4.0]))


@pytest.mark.points(1)
def test_triple(student):
    assert student.triple(2) == 6
"""
# Hostile files time out by design: the short limit of `test_double` keeps that cheap, and a right file needs a few milliseconds of it.
LIMITS = {"seconds": 10, "total_seconds": 30, "memory": "300 MB"}

# The name MARK stands for text that is unique to this run of this test.
HEAD = "import ctypes, os, signal, socket, sys, threading, time\nimport torch\n\ndef triple(x):\n    return x * 3\n\n"
ORDINARY = {
    "right": "def double(x):\n    return x * 2\n",
    "right, by a module": "net = torch.nn.Linear(3, 3)\n\ndef double(x):\n    net(x).sum().backward()\n    return x + x\n",
    "wrong": "def double(x):\n    return x * 2 + 1\n",
    "wrong in another way": "def double(x):\n    return x.double() * 2\n",
    "raises": "def double(x):\n    print('so far')\n    return x @ torch.ones(7)\n",
    "stub": "def double(x):\n    raise NotImplementedError\n",
    "does not import": "def double(x:\n    return\n",
}
HOSTILE = {
    "crashes": "def double(x):\n    ctypes.string_at(0)\n",
    "exits": "def double(x):\n    os._exit(0)\n",
    "kills itself": "def double(x):\n    os.kill(os.getpid(), signal.SIGKILL)\n",
    "stops itself": "def double(x):\n    os.kill(os.getpid(), signal.SIGSTOP)\n",
    "ignores all signals": """
def double(x):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass
""",
    "fork bomb": """
def double(x):
    for _ in range(6):
        try:
            os.fork()
        except OSError:
            pass
    time.sleep(600)
""",
    "grandchildren": """
def double(x):
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(600)
            os._exit(0)
        os.wait()
    return x * 2
""",
    "grandchildren, and exits": """
def double(x):
    return x * 2

def triple(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    os.wait()
    os._exit(0)
""",
    "floods the output": "def double(x):\n    while True:\n        os.write(1, b'x' * 65536)\n",
    "huge tensor": "def double(x):\n    return torch.zeros(2**33)\n",
    "all the memory": """
kept = []

def double(x):
    while True:
        kept.append(bytearray(2**24))
""",
    "fills the disk": """
def double(x):
    for folder in (".", "/dev/shm", "/tmp"):
        for number in range(40):
            try:
                with open(f"{folder}/MARK-{number}", "wb") as file:
                    file.write(bytes(2**18 if number < 8 else 0))
            except OSError:
                break
    return x * 2
""",
    "garbage as an answer": "def double(x):\n    os.write(3, b'GRD1' + bytes(range(256)) * 9)\n    time.sleep(600)\n",
    "an answer of its own": "def double(x):\n    os.write(3, b'{\"passed\": true}\\n')\n    os._exit(0)\n",
    "threads": """
def double(x):
    for _ in range(4):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    return x * 2
""",
    "closes all descriptors": "def double(x):\n    os.closerange(0, 256)\n    time.sleep(600)\n",
    "opens descriptors": """
def double(x):
    held = []
    try:
        while True:
            held += socket.socketpair()
    except OSError:
        time.sleep(600)
""",
}
# Points of 3: most lose those of `test_double`, and the worker after them is sound.
LOSES_DOUBLE = 1
POINTS = {
    "right": 3,
    "right, by a module": 3,
    "does not import": 0,
    "grandchildren": 3,
    "grandchildren, and exits": 2,
    "fills the disk": 3,
    "threads": 3,
}

# Growth of front and zygote between the state after the warm-up and the end. 160 gradings were measured to cost the front 8 kB and the
# zygote nothing; a front that is pytest itself keeps some more. One tensor or output of 32 kB kept a grading is 1.4 MB in the short test.
GROWTH_BYTES = 2**20


@dataclass(frozen=True)
class State:
    """What must not add up."""

    processes: int
    front_descriptors: int
    zygote_descriptors: int
    mounts: list[str]
    zygote_mounts: list[str]
    scratch: list[str]
    log: str


class Soak:
    """One grader over one tiny course.

    Args:
        grader: a started `Grader`.
        folder: takes the course and the submission.
        temporary: takes the scratch folders.
        others: processes of other graders of this process.
    """

    def __init__(self, grader: Any, folder: Path, temporary: Path, others: set[int]) -> None:
        self.grader = grader
        self.temporary = temporary
        self.others = others
        self.zygote = grader._engine._process.pid
        root = write_course(folder / "course", hidden=SUITE, limits=LIMITS)
        (folder / "submission").mkdir()
        self.exercise: Exercise = find_course(root, {}, root).exercises["tiny"]
        self.file = folder / "submission" / "work.py"
        self.mark = f"soak-{os.getpid()}-{folder.name}"

    def grade(self, source: str) -> Result:
        """Grade a text."""
        self.file.write_text(HEAD + source.replace("MARK", self.mark), encoding="utf-8")
        result: Result = self.grader.grade(self.exercise, read_submission(self.file, self.exercise))
        return result

    def settle(self) -> None:
        """Wait until what a run has started has ended: the judge and the slot may outlive the result by a moment."""
        eventually(lambda: self.below() == {self.zygote}, "nothing is left but the zygote")
        eventually(lambda: not self.children_of_zygote(), "the zygote has reaped its children")
        eventually(lambda: not list(self.temporary.iterdir()), "the scratch folders are gone")

    def below(self) -> set[int]:
        """Return the processes of this grader, wherever they hang."""
        return of_front(os.getpid()) - self.others

    def children_of_zygote(self) -> list[int]:
        """Return its children, zombies too."""
        from grader.engine.linux import children_of

        return children_of(self.zygote)

    def state(self) -> State:
        """Return what must be the same at the end."""
        return State(
            processes=len(self.below()),
            front_descriptors=descriptors_of(os.getpid()),
            zygote_descriptors=descriptors_of(self.zygote),
            mounts=mounts_of(os.getpid()),
            zygote_mounts=mounts_of(self.zygote),
            scratch=sorted(path.name for path in self.temporary.iterdir()),
            log=self.grader._engine.said(),
        )

    def memory(self) -> tuple[int, int]:
        """Return the bytes that front and zygote hold."""
        gc.collect()
        return memory_of(os.getpid()), memory_of(self.zygote)


@pytest.fixture
def soak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Soak]:
    """A grader of its own, with a folder of its own for scratch."""
    from grader.run import Grader
    from grader.terms import Choices

    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    others = of_front(os.getpid())
    with Grader(Choices(device="cpu")) as grader:
        yield Soak(grader, tmp_path, temporary, others)


def mixture(count: int) -> list[str]:
    """Return names of submissions, every third one hostile."""
    ordinary, hostile = itertools.cycle(ORDINARY), itertools.cycle(HOSTILE)
    return [next(hostile) if number % 3 == 2 else next(ordinary) for number in range(count)]


def content(result: Result) -> dict[str, Any]:
    """Return a result without what may differ: how long it took, and at which line a loop was interrupted."""
    from grader.render.as_json import to_json

    plain: dict[str, Any] = json.loads(to_json(result))
    for part in (plain, *plain["checks"]):
        del part["seconds"]
    for check in plain["checks"]:
        if check["verdict"] == "timed_out":
            check["message"] = check["message"].partition("; it was at")[0]
            del check["where"], check["excerpt"]
    return plain


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return what differs between two results: where, and both values."""
    pairs = [("", one, other), *((a["name"], a, b) for a, b in zip(one["checks"], other["checks"]))]
    return [
        (f"{name} {key}", a[key], b.get(key)) for name, a, b in pairs for key in a if key != "checks" and a[key] != b.get(key)
    ]


def test_nothing_adds_up_and_each_file_gets_the_same_result_again(soak: Soak) -> None:
    sources = ORDINARY | HOSTILE
    # The warm-up grades everything, so that all that is imported or cached at the first time is there when it is measured.
    first = {name: content(soak.grade(source)) for name, source in sources.items()}
    for name in mixture(6):
        soak.grade(sources[name])
    soak.settle()
    before, memory_before = soak.state(), soak.memory()

    different = []
    for number, name in enumerate(mixture(GRADINGS)):
        again = content(soak.grade(sources[name]))
        if again != first[name]:
            different.append((number, name, first[name], again))
    soak.settle()

    assert not different, f"{len(different)} results differ; the first: {differences(*different[0][2:])} at {different[0][:2]}"
    assert soak.state() == before
    front, zygote = (after - earlier for after, earlier in zip(soak.memory(), memory_before))
    assert front < GROWTH_BYTES, f"the front has grown by {front:,} bytes"
    assert zygote < GROWTH_BYTES, f"the zygote has grown by {zygote:,} bytes"
    if Level(first["right"]["environment"]["isolation"]).reaches(Level.LANDLOCK_OLD):
        assert not [*Path("/dev/shm").glob(f"{soak.mark}*"), *Path("/tmp").glob(f"{soak.mark}*")]
    assert {name: result["points"] for name, result in first.items()} == {name: POINTS.get(name, LOSES_DOUBLE) for name in sources}
