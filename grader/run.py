"""One grading run, from a submission to its result: starts the engine, sends the job, gathers the records."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import platform
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from grader import __version__
from grader.dealing import Dealer
from grader.engine.cores import Cores
from grader.engine.launch import Engine, Expected, Lane, start_engine
from grader.exercise import Exercise
from grader.faults import GraderFault, LevelFault, UsageError
from grader.isolation import Level
from grader.job import Checked, Event, Finished, Free, Job, Started, Trail, Trial
from grader.records import CheckRecord, Environment, Outcome, Result, Verdict
from grader.submission import Submission
from grader.terms import Choices, Terms, terms_of, with_submission

Progress = Callable[[Started], None]
# After so many submissions a lane is made anew: a judge is no process to run for ever.
MOST_ROUNDS = 100


class Stopped(Exception):
    """A grading was stopped by the one who had asked for it."""


class Grader:
    """Grades submissions with one engine, which is started at once and ended with the block; may be used from several threads.

    Args:
        choices: device, seed and data of all its runs.
        keep: how many lanes stay open when they have nothing to do. A submission that is graded under the same terms as one
            before it finds its suite collected and its worker waiting; 0 where there is but one.
        hurry: somebody waits for each result: lanes are opened as quickly as can be, and use the time while they have nothing to do.
        engine: one that runs already; it ends with the block as well.
        gpu: name of the GPU to reckon with, where that is not this machine's; by default it is asked for.
    """

    def __init__(
        self,
        choices: Choices,
        keep: int = 0,
        *,
        hurry: bool = False,
        engine: Engine | None = None,
        gpu: str | None = None,
    ) -> None:
        self.choices = choices
        self._keep = keep
        self._hurry = hurry
        self._engine: Engine = engine or start_engine(choices.env.get("GRADE_START", "auto"))
        self._gpu = gpu
        self._idle: list[_Lane] = []
        self._cores = Cores()
        self._opening: threading.Thread | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *exception: object) -> None:
        self._await_opening()
        self.drop_lanes()
        self._engine.close()

    def drop_lanes(self) -> None:
        """End the lanes that have nothing to do."""
        self._drop(len(self._idle))

    def grade(
        self,
        exercise: Exercise,
        submission: Submission,
        progress: Progress = lambda started: None,
        trial: Trial | None = None,
    ) -> Result:
        """Return the result of one submission.

        Args:
            progress: told of each check as it begins.
            trial: end with the first check that loses points; then the result holds the checks up to that one.

        Raises:
            UsageError: a dataset is missing, or the device is not there.
            GraderFault: the grader could not grade.
        """
        return self.begin(exercise, submission, trial).result(progress)

    def begin(
        self,
        exercise: Exercise,
        submission: Submission,
        trial: Trial | None = None,
        terms: Terms | None = None,
        only: tuple[str, ...] = (),
        dealt: bool = False,
        new: bool = False,
    ) -> Run:
        """Begin to grade one submission; raises as `grade`.

        Args:
            terms: from `terms`, where submissions of one exercise share them.
            only: names of the checks that run, with those that they need; empty for all that the terms name.
            dealt: a Dealer, given to the run's `result`, says which checks run.
            new: rather on a lane that has graded nothing yet than on one that has.
        """
        began = time.monotonic()
        terms = terms or self.terms(exercise, [submission], trial)
        told = with_submission(terms.job, exercise, submission)
        lane = self._lane_for(terms, new)
        lane.rounds += 1
        of_lane = {"scratch": lane.job.scratch, "core": lane.job.core, "ahead": lane.job.ahead}
        more = self._keep > 0 and lane.rounds < MOST_ROUNDS
        job = msgspec.structs.replace(told, **of_lane, more=more, only=only or told.only, dealt=dealt)
        return Run(lane, job, exercise, submission, self._engine.start, began, self._take_back)

    def terms(
        self,
        exercise: Exercise,
        submissions: Sequence[Submission],
        trial: Trial | None = None,
        only: tuple[str, ...] = (),
    ) -> Terms:
        """Return what submissions to an exercise are graded under; raises as `grade`.

        Args:
            only: names of the checks that run, with those that they need; empty for all.
        """
        return terms_of(exercise, submissions, self.choices, self._device(), trial, only)

    def check_device(self) -> None:
        """Make sure that the chosen device is there; raises UsageError where it is not."""
        self._device()

    def make_ready(self, exercise: Exercise, submission: Submission) -> None:
        """Have all done that the next grading of this exercise needs before its submission is there; raises as `grade`.

        The lane that is opened is used by the next run under the very same terms: exercise, suites, data, walls.
        """
        self.make_lanes_ready(self.terms(exercise, [submission]), 1)

    def make_lanes_ready(self, terms: Terms, count: int) -> None:
        """Have so many lanes wait for a submission under these terms."""
        self._await_opening()
        self._open_up_to(terms, count)

    def make_lanes_ready_meanwhile(self, terms: Terms, count: int) -> None:
        """As `make_lanes_ready`, in a thread; what goes wrong is told when the lanes are needed."""

        def open_them() -> None:
            with contextlib.suppress(UsageError, GraderFault):
                self._open_up_to(terms, count)

        self._await_opening()
        self._opening = threading.Thread(target=open_them, name="opening lanes", daemon=True)
        self._opening.start()

    def _open_up_to(self, terms: Terms, count: int) -> None:
        for _ in range(count - self.waiting_lanes(terms)):
            self._shelve(self._open(terms))

    def _await_opening(self) -> None:
        if self._opening is not None:
            self._opening.join()
            self._opening = None

    def waiting_lanes(self, terms: Terms) -> int:
        """Return how many lanes wait for a submission under these terms."""
        return len(self._waiting(terms))

    def new_lanes(self, terms: Terms) -> int:
        """Return how many lanes wait for their first submission under these terms."""
        return sum(lane.rounds == 0 for lane in self._waiting(terms))

    def _waiting(self, terms: Terms) -> list[_Lane]:
        with self._lock:
            return [lane for lane in self._idle if lane.terms == terms]

    def _lane_for(self, terms: Terms, new: bool) -> _Lane:
        with self._lock:
            fitting = [lane for lane in self._idle if lane.terms == terms]
            found = (min if new else max)(fitting, key=lambda lane: lane.rounds, default=None)
            if found is not None:
                self._idle.remove(found)
        if found is not None and found.lane.is_waiting():
            return found
        if found is not None:
            self._end(found)
        return self._open(terms)

    def _open(self, terms: Terms) -> _Lane:
        self._engine.prepare(terms.imports, terms.datasets, self._expected())
        scratch = _make_scratch()
        with self._lock:
            core = self._cores.take() if self._keep else None  # a single run begins wherever it happens to
        job = msgspec.structs.replace(terms.job, scratch=scratch, core=core, ahead=self._hurry)
        try:
            lane = self._engine.open_lane(dataclasses.replace(terms.needs, scratch=scratch))
            lane.prepare(job)
        except BaseException:  # whatever it is: nobody else will ever know of the folder
            _remove_scratch(scratch)
            if core is not None:
                self._cores.give_back(core)
            raise
        return _Lane(terms, lane, job)

    def _expected(self) -> Expected:
        if not self._keep:
            return "one"
        return "some" if self._hurry else "many"

    def _take_back(self, lane: _Lane, usable: bool) -> None:
        """Keep a lane whose run has ended for the next one under the same terms, where that is wanted."""
        if usable and lane.lane.is_waiting():
            self._shelve(lane)
        else:
            self._end(lane)

    def _shelve(self, lane: _Lane) -> None:
        with self._lock:
            self._idle.append(lane)
        self._drop(len(self._idle) - max(1, self._keep))

    def _drop(self, count: int) -> None:
        """End the lanes that have waited longest."""
        for _ in range(count):
            with self._lock:
                lane = self._idle.pop(0)
            self._end(lane)

    def _end(self, lane: _Lane) -> None:
        if lane.job.core is not None:
            self._cores.give_back(lane.job.core)
        lane.end()

    def _device(self) -> str:
        wanted = self.choices.device
        if wanted == "cpu":
            return "cpu"
        if self._gpu is None:
            self._gpu = self._engine.gpu() if _may_have_gpu() or wanted == "cuda" else ""
        if wanted == "cuda" and not self._gpu:
            raise UsageError(
                "there is no GPU that torch can use",
                where="--device cuda",
                cure="Run `grade doctor`, or use --device cpu.",
            )
        return "cuda:0" if self._gpu else "cpu"


@dataclass
class _Lane:
    """An open lane, with what it was opened for, the job without its submission, and how many submissions it has graded."""

    terms: Terms
    lane: Lane
    job: Job
    rounds: int = 0

    def end(self) -> None:
        """End it, whatever it is doing; the slot (or the spawned judge) removes its scratch folder."""
        self.lane.end()
        self.lane.close()
        _remove_scratch(self.job.scratch)


class Run:
    """One grading that has begun: `result` waits for its end, `stop` ends it, from another thread if need be.

    Attributes:
        trails: by name of the check; complete once there is a result.
    """

    def __init__(
        self,
        lane: _Lane,
        job: Job,
        exercise: Exercise,
        submission: Submission,
        start: str,
        began: float,
        give_back: Callable[[_Lane, bool], None],
    ) -> None:
        self.trails: dict[str, Trail] = {}
        self._lane = lane
        self._job = job
        self._exercise = exercise
        self._submission = submission
        self._start = start
        self._began = began
        self._give_back = give_back
        self._stopped = False

    def result(self, progress: Progress = lambda started: None, dealer: Dealer | None = None) -> Result:
        """Grade, and return the result.

        Args:
            progress: told of each check as it begins.
            dealer: where the run was begun as one whose checks are dealt.

        Raises:
            Stopped: somebody has called `stop`.
            GraderFault: the grader could not grade.
        """
        if self._stopped:
            self._give_back(self._lane, False)
            raise Stopped
        usable = False
        try:
            checks, finished = self._follow(self._lane.lane.run(self._job), progress, dealer)
            usable = finished.stays and not finished.fault and not self._stopped
        except GraderFault:
            if self._stopped:
                raise Stopped from None
            raise
        finally:
            if dealer is not None:
                dealer.leave(self)
            self._give_back(self._lane, usable)
        seconds = time.monotonic() - self._began
        digest = self._lane.terms.suite_sha256
        return _result_of(self._exercise, self._submission, self._job, checks, finished, self._start, seconds, digest)

    def stop(self) -> None:
        """Kill all processes of this grading; does nothing where it has ended."""
        self._stopped = True
        self._lane.lane.end()

    def _follow(
        self, events: Iterator[Event], progress: Progress, dealer: Dealer | None
    ) -> tuple[list[CheckRecord], Finished]:
        checks: list[CheckRecord] = []
        finished: Finished | None = None
        for event in events:
            if isinstance(event, Started):
                progress(event)
            elif isinstance(event, Checked):
                checks.append(event.record)
                if event.trail is not None:
                    self.trails[event.record.name] = event.trail
                    if dealer is not None:
                        dealer.settle(event.record.name, event.record.verdict)
            elif isinstance(event, Free):
                assert dealer is not None  # nobody else asks for checks to be dealt
                dealer.ask(self, self._lane.lane.deal)
            else:
                finished = event
        assert finished is not None  # the lane raises where the last event is missing
        return checks, finished


def _may_have_gpu() -> bool:
    """Say whether it is worth asking torch: without a device node there is no GPU, and asking costs time."""
    return any(os.path.exists(node) for node in ("/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg", "/dev/kfd"))


def _make_scratch() -> str:
    """Make the folder that workers may write in."""
    try:
        return tempfile.mkdtemp(prefix="grade-")
    except OSError as error:
        cure = "Point TMPDIR to a folder that you may write to."
        raise UsageError(
            f"no temporary folder can be made: {error.strerror}", where=tempfile.gettempdir(), cure=cure
        ) from error


def _remove_scratch(folder: str) -> None:
    """Remove a scratch folder; the slot (or the spawned judge) does, this only in case they could not."""
    with contextlib.suppress(OSError):
        os.rmdir(folder)


def _result_of(
    exercise: Exercise,
    submission: Submission,
    job: Job,
    checks: list[CheckRecord],
    finished: Finished,
    start: str,
    seconds: float,
    suites: str,
) -> Result:
    faulty = bool(finished.fault) or any(check.verdict is Verdict.GRADER_ERROR for check in checks)
    outcome = Outcome.CANNOT_RUN if finished.cannot_run else Outcome.GRADED
    if not Level(finished.isolation).reaches(Level(job.isolation)):
        cure = f"Mend it (`grade doctor` says more), or accept the risk with --isolation {finished.isolation}."
        raise LevelFault(
            f"this machine cannot isolate student code as demanded ({job.isolation})", where=finished.fault, cure=cure
        )
    if finished.fault and not any(check.verdict is Verdict.GRADER_ERROR for check in checks):
        raise GraderFault(
            f"the suite of {exercise.name} cannot be run", where=finished.fault[-2000:], cure="Run `grade verify`."
        )
    partial = all(suite.kind != "hidden" for suite in job.suites)
    return Result(
        exercise=exercise.name,
        title=exercise.title,
        summary=exercise.summary,
        concepts=exercise.concepts,
        reading=exercise.reading,
        student=submission.student,
        files=(submission.file_name, *submission.helpers),
        sha256=submission.sha256,
        outcome=Outcome.GRADER_ERROR if faulty else outcome,
        points=sum((check.points for check in checks), Decimal(0)),
        max_points=sum((check.max_points for check in checks), Decimal(0)),
        pass_mark=exercise.pass_mark,
        device=finished.device,
        seconds=round(seconds, 3),
        checks=tuple(checks),
        hidden_checks=exercise.hidden_checks if partial else 0,
        notes=submission.notes,
        environment=Environment(
            grader=__version__,
            python=platform.python_version(),
            torch=finished.torch,
            platform=f"{platform.system()} {platform.machine()}",
            isolation=finished.isolation,
            start=start,
            seed=job.seed,
            suite_sha256=suites,
            device_name=finished.device_name,
        ),
    )
