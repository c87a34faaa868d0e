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
from pathlib import Path

from grader import __version__
from grader.course import find_course, find_exercise, open_course, working_exercises
from grader.datasets import find_fashion_mnist
from grader.engine.features import try_features
from grader.engine.launch import Machine, can_fork, start_engine
from grader.engine.linux import descendants_of
from grader.faults import GraderFault, UsageError
from grader.isolation import WORDS, Level
from grader.records import Outcome, Result
from grader.run import Grader
from grader.submission import read_submission
from grader.terms import Choices

DEMANDED_OF_A_CLASS = Level.LANDLOCK
PROBES = Path(__file__).parent / "probes"
OLDEST_PYTHON = (3, 10)
OLDEST_TORCH = (2, 4)
PATIENCE_S = 10.0
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
    yield from _walls()
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


def _walls() -> Iterator[Finding]:
    """Try the features of the kernel one by one, each in a throw-away process."""
    for feature in try_features():
        yield Finding(feature.name, True if feature.works else None, feature.found, feature.cure)


def _a_run(env: Mapping[str, str]) -> Iterator[Finding]:
    """Grade two small exercises for real, in the best walls that this machine has: a submission that behaves, and a hostile one."""
    course = open_course(PROBES, asked_by="grade doctor")
    try:
        with Grader(Choices(device="cpu", env=env)) as grader:
            engine = find_exercise(course, "engine")
            result = grader.grade(engine, read_submission(engine.stub, engine))
            yield _probes("a grading", result)
            level = Level(result.environment.isolation)
            enough = level.reaches(DEMANDED_OF_A_CLASS)
            cure = f"Grade people you do not know at `{DEMANDED_OF_A_CLASS.value}` or better: see the notes above."
            yield Finding("isolation", True if enough else None, f"{level.value}: {WORDS[level]}", "" if enough else cure)
            walls = find_exercise(course, "walls")
            yield from _attacks(grader.grade(walls, read_submission(walls.stub, walls)), level)
            yield _leftovers()
    except (GraderFault, UsageError) as error:
        yield Finding("a grading", False, f"{error.cause}: {error.where[-300:]}", error.cure)


def _probes(what: str, result: Result) -> Finding:
    good = result.outcome is Outcome.GRADED and result.passed
    first = next((check for check in result.checks if check.points < check.max_points), None)
    said = "" if first is None else f"; {first.title}: {first.message}"
    return Finding(what, good, f"{result.points} of {result.max_points} probes pass in {result.seconds:.2f} s{said}")


def _attacks(result: Result, level: Level) -> Iterator[Finding]:
    """Tell which attacks were tried and held; a wall that does not hold at a level that promises it is a lack."""
    held: list[tuple[str, str]] = []
    open_here: list[tuple[str, str]] = []
    broken: list[tuple[str, str]] = []
    for check in result.checks:
        promised, _, title = check.title.partition(": ")
        good = check.points == check.max_points
        (held if good else broken if level.reaches(Level(promised)) else open_here).append((title, check.message))
    yield Finding("attacks", not broken, f"{len(held)} of {len(result.checks)} tried for real are held")
    if open_here:
        yield Finding("open", None, f"at level {level.value}: {'; '.join(title for title, _ in open_here)}")
    for title, message in broken:
        cure = "Do not grade strangers here, and report this line."
        yield Finding("attacks", False, f"NOT HELD, though level {level.value} promises it: {title} ({message})", cure)


def _leftovers() -> Finding:
    """Say whether the hostile submission has left a process behind; only the zygote may be there."""
    deadline = time.monotonic() + PATIENCE_S
    while len(left := descendants_of(os.getpid())) > 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    return Finding("leftovers", len(left) <= 1, "none" if len(left) <= 1 else f"processes {left[1:]} still run")
