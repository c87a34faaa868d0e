"""One grading run, from a submission to its result: starts the engine, sends the job, gathers the records."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import platform
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import msgspec

from grader import __version__
from grader.course import Exercise, suite_sha256
from grader.datasets import files_for_students, find_fashion_mnist
from grader.engine.launch import Engine, Lane, Machine, start_engine
from grader.faults import GraderFault, UsageError
from grader.isolation import AUTO, LaneNeeds, Level
from grader.job import Checked, Event, Finished, Job, SourceProblem, Started, SuiteFile, Trial
from grader.records import CheckRecord, Environment, Outcome, Result, Verdict
from grader.submission import Submission

Progress = Callable[[Started], None]


class Stopped(Exception):
    """A grading was stopped by the one who had asked for it."""


# What the first optimizer step and torch.manual_seed import; cheaper once in the zygote than in every worker.
_DYNAMO = "torch._dynamo"
_NEEDS_DYNAMO = re.compile(
    r"\b(optim|manual_seed|use_deterministic_algorithms|functorch|vmap)\b|torch\.func\b|utils\.checkpoint|torch\.compile"
)
_WORTH_IMPORTING = ("torchvision", "torchmetrics")


@dataclass(frozen=True)
class Choices:
    """What the caller chooses for a run.

    Attributes:
        device: `auto`, `cpu` or `cuda`.
        seed: course seed; the inputs of every check derive from it.
        data_root: where the datasets lie; None to look for them.
        isolation: the least level that will do; `auto` is content with any, `none` switches the sandbox off.
        most: the best level that is entered, where this machine has it.
        suites: which suites run: `all` that are at hand, or `visible` only.
        env: the caller's environment.
    """

    device: str = "auto"
    seed: int = 0
    data_root: Path | None = None
    suites: str = "all"
    isolation: str = AUTO
    most: Level = Level.FULL
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def demanded(self) -> Level:
        """The least level that will do."""
        return Level.NONE if self.isolation == AUTO else Level(self.isolation)

    @property
    def entered(self) -> Level:
        """The best level that workers try to reach."""
        if self.isolation == Level.NONE.value:
            return Level.NONE
        return Level(self.env.get("GRADE_MOST_ISOLATION") or self.most)


class Grader:
    """Grades submissions one after the other with one engine, which is started at once and ended with the block.

    Args:
        choices: device, seed and data of all its runs.
    """

    _ahead: _Lane | None = None

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self._engine: Engine = start_engine(choices.env.get("GRADE_START", "auto"))
        self._gpu: str | None = None

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *exception: object) -> None:
        self._drop_ahead()
        self._engine.close()

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

    def begin(self, exercise: Exercise, submission: Submission, trial: Trial | None = None) -> Run:
        """Begin to grade one submission; raises as `grade`."""
        began = time.monotonic()
        lane = self._lane_for(self._terms(exercise, submission, trial))
        return Run(lane, exercise, submission, self._engine.start, began)

    def make_ready(self, exercise: Exercise, submission: Submission) -> None:
        """Have all done that the next grading of this exercise needs before its submission is there; raises as `grade`.

        The lane that is opened is used by the next run that asks for the very same: exercise, suites, data, walls.
        """
        terms = self._terms(exercise, submission)
        if self._ahead is None or self._ahead.terms != terms:
            self._drop_ahead()
            self._ahead = self._open(terms)

    def _terms(self, exercise: Exercise, submission: Submission, trial: Trial | None = None) -> _Terms:
        datasets = datasets_of(exercise, self.choices)
        job = _job_of(exercise, self.choices, self._device(), next(iter(datasets.values()), ""), trial)
        return _Terms(
            job=job,
            needs=_lane_of(exercise, submission, self.choices, job, datasets),
            imports=(*exercise.imports, *_worth_importing(submission)),
            datasets=datasets,
            suite_sha256=suite_sha256(exercise),
        )

    def _lane_for(self, terms: _Terms) -> _Lane:
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.terms == terms and ahead.lane.is_waiting():
            return ahead
        if ahead is not None:
            ahead.end()
        return self._open(terms)

    def _open(self, terms: _Terms) -> _Lane:
        self._engine.prepare(terms.imports, terms.datasets)
        scratch = _make_scratch()
        job = msgspec.structs.replace(terms.job, scratch=scratch)
        try:
            lane = self._engine.open_lane(dataclasses.replace(terms.needs, scratch=scratch))
            lane.prepare(job)
        except BaseException:  # whatever it is: nobody else will ever know of the folder
            _remove_scratch(scratch)
            raise
        return _Lane(terms, lane, job)

    def _drop_ahead(self) -> None:
        if self._ahead is not None:
            self._ahead.end()
        self._ahead = None

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


@dataclass(frozen=True)
class _Terms:
    """All that decides a grading besides the submission; the scratch folder is still open.

    Attributes:
        imports: modules that the zygote has imported before the lane is forked.
        datasets: name -> root folder of those that it holds.
        suite_sha256: of the files that the judge reads.
    """

    job: Job
    needs: LaneNeeds
    imports: tuple[str, ...]
    datasets: Mapping[str, str]
    suite_sha256: str


@dataclass(frozen=True)
class _Lane:
    """An open lane, with what it was opened for, and the job without its submission."""

    terms: _Terms
    lane: Lane
    job: Job

    def end(self) -> None:
        """End it unused."""
        self.lane.end()
        self.lane.close()
        self.remove_scratch()

    def remove_scratch(self) -> None:
        """Remove the scratch folder."""
        _remove_scratch(self.job.scratch)


class Run:
    """One grading that has begun: `result` waits for its end, `stop` ends it, from another thread if need be."""

    def __init__(
        self, lane: _Lane, exercise: Exercise, submission: Submission, start: str, began: float
    ) -> None:
        self._lane = lane
        self._exercise = exercise
        self._submission = submission
        self._start = start
        self._began = began
        self._stopped = False

    def result(self, progress: Progress = lambda started: None) -> Result:
        """Grade, and return the result.

        Raises:
            Stopped: somebody has called `stop`.
            GraderFault: the grader could not grade.
        """
        if self._stopped:
            self._lane.end()
            raise Stopped
        job = _with_submission(self._lane.job, self._exercise, self._submission)
        try:
            checks, finished = _follow(self._lane.lane.run(job), progress)
        except GraderFault:
            if self._stopped:
                raise Stopped from None
            raise
        finally:
            self._lane.remove_scratch()
        seconds = time.monotonic() - self._began
        digest = self._lane.terms.suite_sha256
        return _result_of(self._exercise, self._submission, job, checks, finished, self._start, seconds, digest)

    def stop(self) -> None:
        """Kill all processes of this grading; does nothing where it has ended."""
        self._stopped = True
        self._lane.lane.end()


def _follow(events: Iterator[Event], progress: Progress) -> tuple[list[CheckRecord], Finished]:
    checks: list[CheckRecord] = []
    finished: Finished | None = None
    for event in events:
        if isinstance(event, Started):
            progress(event)
        elif isinstance(event, Checked):
            checks.append(event.record)
        else:
            finished = event
    assert finished is not None  # the lane raises where the last event is missing
    return checks, finished


def _may_have_gpu() -> bool:
    """Say whether it is worth asking torch: without a device node there is no GPU, and asking costs time."""
    return any(os.path.exists(node) for node in ("/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg", "/dev/kfd"))


def _worth_importing(submission: Submission) -> list[str]:
    source = submission.source
    wanted = [name for name in _WORTH_IMPORTING if re.search(rf"^\s*(import|from)\s+{name}\b", source, re.MULTILINE)]
    return wanted + ([_DYNAMO] if _NEEDS_DYNAMO.search(source) else [])


def datasets_of(exercise: Exercise, choices: Choices) -> dict[str, str]:
    """Return dataset name -> root folder of the datasets that an exercise needs.

    Raises:
        UsageError: one is not on this machine.
    """
    found = {}
    for name in exercise.datasets:
        root = find_fashion_mnist(choices.data_root, choices.env, course=exercise.folder.parents[1])
        if root is None:
            raise UsageError(
                f"{exercise.name} needs the FashionMNIST data, and they are not on this machine",
                where="looked at GRADE_DATA, ./data, the course's data/ and the cache folder",
                cure="`grade data fashion-mnist` fetches them once (30 MB).",
            )
        found[name] = str(root)
    return found


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


def _job_of(
    exercise: Exercise, choices: Choices, device: str, data_root: str, trial: Trial | None
) -> Job:
    """Return the job of an exercise, without a submission and without a scratch folder."""
    suites = []
    if exercise.visible_suite is not None:
        suites.append(SuiteFile(path=str(exercise.visible_suite), kind="visible"))
    if exercise.hidden_suite is not None and choices.suites == "all":
        suites.append(SuiteFile(path=str(exercise.hidden_suite), kind="hidden"))
    if not suites:
        raise GraderFault(
            f"{exercise.name} has no suite",
            where=str(exercise.folder),
            cure="Add test_visible.py, or use the whole course.",
        )
    return Job(
        exercise=exercise.name,
        file_name="",
        module_name=Path(exercise.file).stem,
        source="",
        helpers={},
        given=exercise.given,
        suites=tuple(suites),
        expected_points=exercise.points if exercise.hidden_suite is not None and choices.suites == "all" else None,
        check_seconds=exercise.limits.seconds,
        total_seconds=exercise.limits.total_seconds,
        memory_bytes=exercise.limits.memory_bytes,
        output_bytes=exercise.limits.output_bytes,
        threads=exercise.limits.threads or Machine.here().cores,
        device=device,
        seed=choices.seed,
        scratch="",
        data_root=data_root,
        isolation=choices.demanded.value,
        trial=trial,
    )


def _with_submission(job: Job, exercise: Exercise, submission: Submission) -> Job:
    given = {name: (exercise.folder / name).read_text(encoding="utf-8") for name in exercise.given}
    return msgspec.structs.replace(
        job,
        file_name=submission.file_name,
        source=submission.source,
        helpers={**submission.helpers, **given},
        fault=_problem_of(submission),
    )


def _lane_of(
    exercise: Exercise, submission: Submission, choices: Choices, job: Job, datasets: Mapping[str, str]
) -> LaneNeeds:
    """Return the walls of a run: the course and the submissions stay out of sight, data sets are readable but for their test labels."""
    hidden = [exercise.folder.parent, submission.path if submission.path.is_dir() else submission.path.parent]
    hidden += [] if exercise.secret_folder is None else [exercise.secret_folder.parent]
    readable: list[Path] = []
    for root in datasets.values():
        open_to_all, labels = files_for_students(Path(root))
        readable += open_to_all
        hidden += labels
    return LaneNeeds(
        scratch=job.scratch,
        most=choices.entered.value,
        gpu=int(job.device.partition(":")[2] or 0) if job.device.startswith("cuda") else None,
        readable=tuple(map(str, readable)),
        hidden=tuple(str(path.absolute()) for path in hidden),
    )


def _problem_of(submission: Submission) -> SourceProblem | None:
    fault = submission.fault
    return None if fault is None else SourceProblem(message=fault.message, hint=fault.hint, line=fault.line)


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
        raise GraderFault(
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
