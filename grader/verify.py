"""The course proves itself: stubs earn nothing, solutions everything, known mistakes are caught by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from grader.exercise import CONFIG_NAME, TASK_NAME, Exercise
from grader.faults import UsageError
from grader.known_mistakes import Mistake, read_mistakes
from grader.records import Audience, CheckRecord, Outcome, Result, Verdict
from grader.render.audience import redact
from grader.run import Grader
from grader.submission import read_submission
from grader.terms import Choices

_GOOD = (Verdict.PASSED,)
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Proof:
    """One claim about a course, tried.

    Attributes:
        claim: what should hold, as a sentence.
        problems: what did not; empty where it holds.
    """

    claim: str
    problems: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the claim held."""
        return not self.problems


def verify_exercise(
    exercise: Exercise, grader: Grader, choices: Choices, seeds: int, sample: int | None = None
) -> Iterator[Proof]:
    """Try every claim about one exercise, yielding each as it is tried.

    Args:
        grader: grades; its own choices are used but for the seed.
        choices: the choices that `grader` was made with.
        seeds: under how many seeds the solution is graded.
        sample: how many of the known mistakes are tried, spread evenly; None for all.

    Raises:
        UsageError: the solution is not at hand.
    """
    if exercise.solution is None or exercise.secret_folder is None:
        raise UsageError(
            f"{exercise.name} has no solution here",
            where=str(exercise.folder),
            cure="Verify the whole course, with solutions/.",
        )
    before = _listing(exercise)
    stub = _grade(exercise, exercise.stub, grader)
    yield Proof("the stub earns nothing and every check says not implemented", tuple(stub_problems(stub)))
    yield Proof("totals, concepts and needs are right", tuple(_total_problems(stub, exercise)))
    if exercise.task is not None:
        yield Proof(f"every concept has its section in {TASK_NAME}", tuple(_reading_problems(exercise)))
    for seed in range(seeds):
        grader.choices = dataclasses.replace(choices, seed=seed)
        result = _grade(exercise, exercise.solution, grader)
        yield Proof(f"the solution earns everything (seed {seed})", tuple(solution_problems(result)))
    grader.choices = choices
    for mistake in spread(read_mistakes(exercise), sample):
        result = _grade(exercise, mistake.file, grader)
        yield Proof(
            f"{mistake.file.name} loses points and is called by name", tuple(_mistake_problems(result, mistake))
        )
    stray = sorted(_listing(exercise) - before)
    yield Proof("grading leaves no file behind", tuple(f"left behind: {path}" for path in stray))


def spread(items: tuple[_Item, ...], sample: int | None) -> tuple[_Item, ...]:
    """Return `sample` of the items, spread evenly; all of them where that is None, or there are no more."""
    if sample is None or sample >= len(items):
        return items
    return tuple(items[index * len(items) // sample] for index in range(sample))


def _grade(exercise: Exercise, path: Path, grader: Grader) -> Result:
    return grader.grade(exercise, read_submission(path, exercise))


def _listing(exercise: Exercise) -> set[Path]:
    folders = [exercise.folder, *([exercise.secret_folder] if exercise.secret_folder else [])]
    return {path for folder in folders for path in folder.rglob("*")}


def stub_problems(result: Result) -> Iterator[str]:
    """Yield what keeps a result from being that of an untouched stub."""
    if result.points != 0:
        yield f"it earns {result.points}"
    for check in result.checks:
        if check.verdict is not Verdict.NOT_IMPLEMENTED:
            yield f"{check.name} says {check.verdict.value}: {_said(check)}"


def _total_problems(result: Result, exercise: Exercise) -> Iterator[str]:
    if result.max_points != exercise.points:
        yield f"the marks add up to {result.max_points}, exercise.toml says {exercise.points}"
    hidden = sum(check.suite == "hidden" for check in result.checks)
    if hidden != exercise.hidden_checks:
        yield f"the hidden suite has {hidden} checks, exercise.toml says {exercise.hidden_checks}"
    for check in result.checks:
        if check.concept and check.concept not in exercise.concepts:
            yield f"{check.name}: the concept {check.concept!r} is not in exercise.toml"


def _reading_problems(exercise: Exercise) -> Iterator[str]:
    taught = {reading.concept for reading in exercise.reading if reading.text.strip()}
    for concept in exercise.concepts:
        if concept not in taught:
            yield (
                f"{exercise.task}: no section teaches the concept {concept!r} of {CONFIG_NAME}; "
                "write one, below a heading of just these words"
            )


def solution_problems(result: Result) -> Iterator[str]:
    """Yield what keeps a result from being that of a right solution."""
    if result.outcome is not Outcome.GRADED:
        yield f"outcome {result.outcome.value}"
    for check in result.checks:
        if check.verdict not in _GOOD:
            yield f"{check.name} says {check.verdict.value}: {_said(check)}"
    if result.points != result.max_points:
        yield f"it earns {result.points} of {result.max_points}"


def _mistake_problems(result: Result, mistake: Mistake) -> Iterator[str]:
    if result.outcome is Outcome.GRADER_ERROR:
        yield "the grader failed"
    if result.points >= result.max_points:
        yield "it loses no points"
    wrong = [check for check in redact(result, Audience.STUDENT).checks if check.verdict not in _GOOD]
    told = "\n".join(_said(check) for check in wrong)
    for words in mistake.says:
        if words.lower() not in told.lower():
            yield f"no feedback says {words!r}; it says: {told or '(nothing)'}"
    failing = {check.name.partition("::")[2].partition("[")[0] for check in wrong}
    for name in mistake.loses:
        if name.partition("[")[0] not in failing:
            yield f"it does not lose {name}"


def _said(check: CheckRecord) -> str:
    return " / ".join(part for part in (check.message, check.hint, check.where) if part)
