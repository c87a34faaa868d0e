"""What this machine can do for grading, found by trying; each lack with its cure."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from grader import __version__
from grader.course import Exercise, Limits, find_course, working_exercises
from grader.datasets import find_fashion_mnist
from grader.engine.launch import Machine, can_fork, start_engine
from grader.faults import GraderFault, UsageError
from grader.isolation import WORDS, Level
from grader.records import Outcome, Result
from grader.run import Choices, Grader
from grader.submission import Submission, read_submission

BEST_OFFERED = Level.LANDLOCK
OLDEST_PYTHON = (3, 10)
OLDEST_TORCH = (2, 4)
SCRATCH_BYTES = 500 * 2**20
_PACKAGES = ("pytest", "click", "rich", "jinja2", "msgspec", "torchvision", "torchmetrics", "matplotlib")


@dataclass(frozen=True)
class Finding:
    """One thing that was tried.

    Attributes:
        what: what it is, in a word or two.
        good: True where it is as it should be, False where grading lacks it, None where it is only worth knowing.
        found: what was found.
        cure: what to do about a lack; else empty.
    """

    what: str
    good: bool | None
    found: str
    cure: str = ""


def examine(course: Path | None, data_root: Path | None, env: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what was found, the cheap things first."""
    yield Finding("grade", True, __version__)
    yield _python()
    yield from _packages()
    yield _system()
    yield _temporary_folder()
    yield _course(course, env)
    yield _fashion_mnist(data_root, env)
    yield from _torch()
    yield from _a_run(env)


def _python() -> Finding:
    good = sys.version_info >= OLDEST_PYTHON
    return Finding("Python", good, platform.python_version(), "" if good else "Install Python 3.10 or newer.")


def _packages() -> Iterator[Finding]:
    missing = []
    for name in _PACKAGES:
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        yield Finding("packages", False, f"missing: {', '.join(missing)}", f"pip install {' '.join(missing)}")
    else:
        yield Finding("packages", True, "all there")


def _system() -> Finding:
    name = f"{platform.system()} {platform.release()}, {Machine.here().cores} cores"
    if os.name != "posix":
        return Finding("system", False, name, "Use WSL2 or a Linux container.")
    if not can_fork():
        return Finding("system", None, f"{name}: processes are spawned, not forked; each grading imports torch anew")
    return Finding("system", True, f"{name}: workers are forked from a process that has torch imported")


def _temporary_folder() -> Finding:
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    good = free > SCRATCH_BYTES
    return Finding(
        "scratch",
        good,
        f"{folder}, {free / 1e9:.1f} GB free",
        "" if good else "Free some space, or point TMPDIR elsewhere.",
    )


def _course(course: Path | None, env: Mapping[str, str]) -> Finding:
    try:
        found = find_course(course, env, Path.cwd())
        exercises, broken = working_exercises(found)
    except UsageError as error:
        return Finding("course", False, error.cause, error.cure)
    if broken:
        return Finding("course", False, f"{found.root}: {broken[0].cause} ({broken[0].where})", broken[0].cure)
    hidden = sum(exercise.hidden_suite is not None for exercise in exercises)
    return Finding("course", True, f"{found.root}, {len(exercises)} exercises, {hidden} with hidden suites")


def _fashion_mnist(data_root: Path | None, env: Mapping[str, str]) -> Finding:
    root = find_fashion_mnist(data_root, env)
    if root is None:
        return Finding("FashionMNIST", False, "not found; exercise5 needs it", "grade data fashion-mnist")
    return Finding("FashionMNIST", True, str(root))


def _torch() -> Iterator[Finding]:
    began = time.monotonic()
    try:
        engine = start_engine()
    except GraderFault as fault:
        yield Finding("torch", False, fault.cause, fault.cure or "pip install torch torchvision")
        return
    try:
        version = importlib.metadata.version("torch")
        numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
        good = numbers >= OLDEST_TORCH
        gpu = engine.gpu()  # answered once torch is imported
        seconds = time.monotonic() - began
        yield Finding(
            "torch",
            good,
            f"{version}, ready in {seconds:.1f} s",
            "" if good else "pip install --upgrade torch torchvision",
        )
        yield Finding("GPU", True if gpu else None, gpu or f"none that torch can use{_why_no_gpu()}")
    except GraderFault as fault:
        yield Finding("torch", False, f"{fault.cause}: {fault.where[-300:]}", "pip install --upgrade torch torchvision")
    finally:
        engine.close()


def _why_no_gpu() -> str:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return "; the suites run on the CPU"
    done = subprocess.run([tool, "-L"], capture_output=True, text=True, check=False)
    return (
        f", though the driver sees {done.stdout.strip().splitlines()[0]}: is this torch a CUDA build?"
        if done.stdout.strip()
        else ""
    )


def _a_run(env: Mapping[str, str]) -> Iterator[Finding]:
    """Grade a small exercise for real, without a sandbox and in the best one that is offered."""
    with tempfile.TemporaryDirectory(prefix="grade-doctor-") as folder:
        exercise = _write_probe(Path(folder))
        submission = read_submission(exercise.stub, exercise)
        try:
            with Grader(Choices(device="cpu", env=env)) as grader:
                yield _probes("a grading", grader.grade(exercise, submission))
                grader.choices = Choices(device="cpu", env=env, isolation=BEST_OFFERED.value)
                yield _isolation(grader, exercise, submission)
        except (GraderFault, UsageError) as error:
            yield Finding("a grading", False, f"{error.cause}: {error.where[-300:]}", error.cure)


def _isolation(grader: Grader, exercise: Exercise, submission: Submission) -> Finding:
    try:
        result = grader.grade(exercise, submission)
    except GraderFault as fault:
        return Finding(
            "isolation", None, f"--isolation {BEST_OFFERED.value} is not to be had: {fault.where}", fault.cure
        )
    if not result.passed:
        return _probes("isolation", result)
    return Finding("isolation", True, f"--isolation {BEST_OFFERED.value} works: {WORDS[BEST_OFFERED]}")


def _probes(what: str, result: Result) -> Finding:
    good = result.outcome is Outcome.GRADED and result.passed
    first = next((check for check in result.checks if check.points < check.max_points), None)
    said = "" if first is None else f"; {first.title}: {first.message}"
    return Finding(what, good, f"{result.points} of {result.max_points} probes pass in {result.seconds:.2f} s{said}")


_PROBE = """
import os

def double(x):
    return x * 2

def environment():
    return sorted(os.environ)

# Taken at import: CUDA opens descriptors of its own at the first backward pass.
DESCRIPTORS = sorted(int(name) for name in os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else []

def spin():
    while True:
        pass

def session():
    return os.getsid(0) == os.getpid()
"""

_PROBE_SUITE = '''
import pytest
import torch

@pytest.mark.points(1)
def test_tensors(student):
    """a tensor goes in and comes back with its gradient"""
    x = torch.ones(3, requires_grad=True)
    student.double(x).sum().backward()
    assert x.grad.tolist() == [2, 2, 2]

@pytest.mark.points(1)
def test_environment(student):
    """the worker sees a small environment"""
    assert not any("TOKEN" in name or "SECRET" in name or name.startswith("GRADE_") for name in student.environment())

@pytest.mark.points(1)
def test_descriptors(student):
    """no foreign descriptor is open in the worker"""
    assert all(number <= 5 for number in student.DESCRIPTORS)

@pytest.mark.points(1)
def test_session(student):
    """the worker leads its own session"""
    assert student.session()

@pytest.mark.points(1)
@pytest.mark.limit(seconds=0.5)
def test_time(student):
    """an endless loop is ended"""
    from grader.judge.outcomes import WorkerTimedOut
    with pytest.raises(WorkerTimedOut):
        student.spin()
'''


def _write_probe(folder: Path) -> Exercise:
    """Write an exercise that tries the engine, and return it."""
    home = folder / "exercises" / "probe"
    home.mkdir(parents=True)
    (home / "probe.py").write_text(_PROBE, encoding="utf-8")
    (home / "test_visible.py").write_text(_PROBE_SUITE, encoding="utf-8")
    (home / "exercise.toml").write_text("", encoding="utf-8")
    return Exercise(
        name="probe",
        title="Probe",
        summary="",
        file="probe.py",
        given=(),
        points=Decimal(5),
        hidden_checks=0,
        pass_mark=1.0,
        concepts=(),
        imports=(),
        limits=Limits(seconds=20, total_seconds=60, memory_bytes=2 * 2**30, output_bytes=2**20),
        datasets=(),
        folder=home,
        secret_folder=None,
    )
