"""What a grading is done under: what the caller chooses, and what that makes of an exercise before there is a submission."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from grader.datasets import files_for_students, find_fashion_mnist
from grader.digests import suite_sha256
from grader.engine.launch import Machine
from grader.exercise import Exercise
from grader.faults import GraderFault, UsageError
from grader.isolation import AUTO, LaneNeeds, Level
from grader.job import Job, SourceProblem, SuiteFile, Trial
from grader.submission import Submission

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
        hidden: folders that student code must not see, besides the course; none stands for the folder of the submission.
    """

    device: str = "auto"
    seed: int = 0
    data_root: Path | None = None
    suites: str = "all"
    isolation: str = AUTO
    most: Level = Level.FULL
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    hidden: tuple[Path, ...] = ()

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


@dataclass(frozen=True)
class Terms:
    """All that decides a grading besides the submission; the scratch folder and the core are still open.

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


def terms_of(
    exercise: Exercise,
    submissions: Iterable[Submission],
    choices: Choices,
    device: str,
    trial: Trial | None = None,
    only: tuple[str, ...] = (),
) -> Terms:
    """Return what submissions to one exercise are graded under, one or many; each of the many can use the others' lane.

    Raises:
        UsageError: a dataset is missing.
        GraderFault: there is no suite.
    """
    submissions = list(submissions)
    datasets = datasets_of(exercise, choices)
    job = _job_of(exercise, choices, device, next(iter(datasets.values()), ""), trial)
    if only:  # then the marks do not add up, and need not
        job = msgspec.structs.replace(job, only=only, expected_points=None)
    return Terms(
        job=job,
        needs=_lane_of(exercise, [submission.path for submission in submissions], choices, job, datasets),
        imports=tuple(dict.fromkeys((*exercise.imports, *(name for one in submissions for name in _worth_importing(one))))),
        datasets=datasets,
        suite_sha256=suite_sha256(exercise),
    )


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


def _lane_of(
    exercise: Exercise, handed_in: Iterable[Path], choices: Choices, job: Job, datasets: Mapping[str, str]
) -> LaneNeeds:
    """Return the walls of a run: the course and the submissions stay out of sight, data sets are readable but for their test labels."""
    hidden = [exercise.folder.parent, *choices.hidden]
    if not choices.hidden:
        hidden += [path if path.is_dir() else path.parent for path in handed_in]
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


def with_submission(job: Job, exercise: Exercise, submission: Submission) -> Job:
    """Return a job with what is graded."""
    given = {name: (exercise.folder / name).read_text(encoding="utf-8") for name in exercise.given}
    return msgspec.structs.replace(
        job,
        file_name=submission.file_name,
        source=submission.source,
        helpers={**submission.helpers, **given},
        fault=_problem_of(submission),
    )


def _problem_of(submission: Submission) -> SourceProblem | None:
    fault = submission.fault
    return None if fault is None else SourceProblem(message=fault.message, hint=fault.hint, line=fault.line)
