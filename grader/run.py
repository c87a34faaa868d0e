"""One grading run, from a submission to its result: starts the engine, sends the job, gathers the records."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from grader import __version__
from grader.course import Exercise, suite_sha256
from grader.datasets import files_for_students, find_fashion_mnist
from grader.engine.launch import Engine, Machine, start_engine
from grader.faults import GraderFault, UsageError
from grader.isolation import AUTO, LaneNeeds, Level
from grader.job import Checked, Finished, Job, SourceProblem, Started, SuiteFile, Trial
from grader.records import CheckRecord, Environment, Outcome, Result, Verdict
from grader.submission import Submission

Progress = Callable[[Started], None]
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

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self._engine: Engine = start_engine(choices.env.get("GRADE_START", "auto"))
        self._gpu: str | None = None

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *exception: object) -> None:
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
        began = time.monotonic()
        datasets = datasets_of(exercise, self.choices)
        self._engine.prepare([*exercise.imports, *_worth_importing(submission)], datasets)
        job_device = self._device()
        with _scratch() as scratch:
            data_root = next(iter(datasets.values()), "")
            job = _job_of(exercise, submission, self.choices, job_device, scratch, data_root, trial)
            lane = _lane_of(exercise, submission, self.choices, job, datasets)
            checks, finished = self._run(job, lane, progress)
        return _result_of(exercise, submission, job, checks, finished, self._engine.start, time.monotonic() - began)

    def _run(self, job: Job, lane: LaneNeeds, progress: Progress) -> tuple[list[CheckRecord], Finished]:
        checks: list[CheckRecord] = []
        finished: Finished | None = None
        for event in self._engine.open_lane(lane).run(job):
            if isinstance(event, Started):
                progress(event)
            elif isinstance(event, Checked):
                checks.append(event.record)
            else:
                finished = event
        assert finished is not None  # the lane raises where the last event is missing
        return checks, finished

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


@contextlib.contextmanager
def _scratch() -> Iterator[str]:
    """Make the folder that workers may write in; the slot (or the spawned judge) wipes it, this only in case they could not."""
    try:
        folder = tempfile.mkdtemp(prefix="grade-")
    except OSError as error:
        cure = "Point TMPDIR to a folder that you may write to."
        raise UsageError(
            f"no temporary folder can be made: {error.strerror}", where=tempfile.gettempdir(), cure=cure
        ) from error
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):
            os.rmdir(folder)


def _job_of(
    exercise: Exercise,
    submission: Submission,
    choices: Choices,
    device: str,
    scratch: str,
    data_root: str,
    trial: Trial | None,
) -> Job:
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
    given = {name: (exercise.folder / name).read_text(encoding="utf-8") for name in exercise.given}
    return Job(
        exercise=exercise.name,
        file_name=submission.file_name,
        module_name=Path(exercise.file).stem,
        source=submission.source,
        helpers={**submission.helpers, **given},
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
        scratch=scratch,
        data_root=data_root,
        isolation=choices.demanded.value,
        fault=_problem_of(submission),
        trial=trial,
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
            suite_sha256=suite_sha256(exercise),
            device_name=finished.device_name,
        ),
    )
