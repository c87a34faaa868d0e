"""One lane on a node of a cluster: an engine of its own, which grades what it is sent. Imports nothing of Ray, which makes it an actor.

Student code never comes into this process, as nowhere else: the engine starts its own zygote, whose environment, descriptors and
import path hold nothing of Ray's.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import platform
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

import msgspec

from grader.batch.fingerprints import grader_sha256
from grader.cluster.course_folder import CourseFolder
from grader.cluster.parcels import Answer, Brief, Faulty, Graded, Ready, Setup, Unfit, decode, encode
from grader.exercise import Exercise
from grader.faults import GraderFault, LevelFault, UsageError
from grader.isolation import Level
from grader.records import Result
from grader.run import Grader, Run, Stopped
from grader.submission import Submission
from grader.terms import Choices, Terms


class NodeLane:
    """Grades one submission after the other; `stop` may be called while another call runs.

    Args:
        setup: a `Setup`.
        hidden: folders that student code must not see even where it may read what is around them.
    """

    def __init__(self, setup: bytes, hidden: tuple[str, ...] = ()) -> None:
        self._setup = decode(setup, Setup)
        self._node = platform.node()
        self._hidden = tuple(map(Path, hidden))
        # The zygote dies with the thread that started it (PR_SET_PDEATHSIG), and an actor's threads come and go: so all is done by this one.
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lane")
        self._running: Run | None = None
        self._stopped = False
        self._changed = threading.Lock()
        self._course: CourseFolder | None = None
        self._grader: Grader | None = None
        self._brief: bytes = b""
        self._head_root = ""
        self._exercise: Exercise | None = None
        self._terms: Terms | None = None

    def hello(self) -> bytes:
        """Make ready, and return Ready or Unfit."""
        return encode(self._worker.submit(self._start).result())

    def grade(self, brief: bytes, sheet: bytes) -> bytes:
        """Grade a submission to an exercise, and return Graded, Faulty or Unfit.

        Args:
            brief: a `Brief`; the one before is known by its bytes, and its lane is used again.
            sheet: a `Submission`.
        """
        return encode(self._worker.submit(self._grade, brief, sheet).result())

    def stop(self) -> None:
        """Give up what runs, end all processes, and remove the course."""
        with self._changed:
            self._stopped = True
            if self._running is not None:
                self._running.stop()
        self._worker.submit(self._end).result()

    def _start(self) -> Answer:
        lack = self._difference()
        if lack is not None:
            return lack
        self._course = CourseFolder()
        try:
            with importing_as_python_does():
                self._grader = Grader(self._choices(self._course.root), keep=1)
            self._grader.check_device()
        except (GraderFault, UsageError) as fault:
            return Unfit.because_of(fault, self._node)
        return Ready(node=self._node)

    def _difference(self) -> Unfit | None:
        """Return what makes results of this node other results than the head's."""
        if grader_sha256() != self._setup.grader_sha256:
            cure = "Install the same version of grade on every node."
            return Unfit(node=self._node, cause="this node has another version of grade than the head", cure=cure)
        torch = metadata.version("torch")
        if torch != self._setup.torch:
            cause = f"this node has torch {torch}, the head has {self._setup.torch}"
            return Unfit(node=self._node, cause=cause, cure="Install the same version of torch on every node.")
        return None

    def _choices(self, course: Path) -> Choices:
        setup = self._setup
        data_root = Path(setup.data_root) if setup.data_root else None
        return Choices(
            device=setup.device,
            seed=setup.seed,
            data_root=data_root if data_root is not None and data_root.is_dir() else None,
            suites=setup.suites,
            isolation=setup.isolation,
            most=Level(setup.most),
            hidden=(course, *self._hidden),
        )

    def _grade(self, brief: bytes, sheet: bytes) -> Answer:
        try:
            self._prepare(brief)
        except UsageError as lack:  # of a dataset
            return Unfit.because_of(lack, self._node)
        except (GraderFault, OSError) as fault:
            return self._faulty(fault)
        try:
            return Graded(result=self._as_on_the_head(self._run(decode(sheet, Submission))))
        except LevelFault as fault:
            return Unfit.because_of(fault, self._node)
        except (GraderFault, UsageError) as fault:
            return self._faulty(fault)
        except Stopped:
            return Faulty(node=self._node, problem="it was stopped")

    def _prepare(self, brief: bytes) -> None:
        if brief == self._brief:
            return
        assert self._grader is not None and self._course is not None  # the head sends nothing before the lane is ready
        self._grader.drop_lanes()
        self._brief = b""
        told = decode(brief, Brief)
        self._exercise = self._course.lay(told)
        terms = self._grader.terms(self._exercise, [], only=told.only)
        job = msgspec.structs.replace(terms.job, threads=told.threads)
        self._terms = dataclasses.replace(terms, job=job, imports=told.imports)
        self._brief = brief
        self._head_root = told.root

    def _run(self, submission: Submission) -> Result:
        assert self._grader is not None and self._exercise is not None
        run = self._grader.begin(self._exercise, submission, terms=self._terms)
        with self._changed:
            self._running = run
            if self._stopped:
                run.stop()
        try:
            return run.result()
        finally:
            with self._changed:
                self._running = None

    def _as_on_the_head(self, result: Result) -> Result:
        """Return a result whose tracebacks of the suite name the head's course, not a folder that will be gone."""
        assert self._course is not None
        here, there = str(self._course.root).lstrip("/"), self._head_root.lstrip("/")
        checks = [msgspec.structs.replace(check, detail=check.detail.replace(here, there)) for check in result.checks]
        return msgspec.structs.replace(result, checks=tuple(checks))

    def _end(self) -> None:
        if self._grader is not None:
            self._grader.__exit__()
        if self._course is not None:
            self._course.close()
        self._grader = self._course = None

    def _faulty(self, fault: GraderFault | UsageError | OSError) -> Faulty:
        said = (
            str(fault) if isinstance(fault, OSError) else ": ".join(part for part in (fault.cause, fault.where) if part)
        )
        return Faulty(node=self._node, problem=said[-2000:])


@contextlib.contextmanager
def importing_as_python_does() -> Iterator[None]:
    """Have this process's import path be what its Python finds by itself, while the block runs.

    Ray adds folders of its own and those of the program that has asked for the actor, and an engine hands its path on to student code.
    """
    code = "import json, sys; print(json.dumps(sys.path))"
    found = subprocess.run([sys.executable, "-c", code], cwd="/", capture_output=True, check=True, text=True)
    before = sys.path[:]
    sys.path[:] = json.loads(found.stdout)
    try:
        yield
    finally:
        sys.path[:] = before
