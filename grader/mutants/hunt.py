"""Grades the mutants of a reference solution, each only until it loses points, and says which live."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

from grader.exercise import Exercise
from grader.faults import GraderFault, UsageError
from grader.job import Trial
from grader.mutants.equivalent import ANY_DEVICE, EQUIVALENT_NAME, Equivalent, read_equivalents, stale_entries
from grader.mutants.making import Mutant, diff_of, mutants_of
from grader.records import Outcome, Result
from grader.run import Grader
from grader.submission import Submission, read_submission
from grader.verify import Proof, solution_problems, spread

# A mutant may take this many times what the solution needs for a check, and at least so many seconds: enough on a
# busy machine, and an endless loop does not cost the whole limit of the suite.
TIMES_THE_SOLUTION = 5.0
LEAST_LIMIT_S = 3.0


@dataclass(frozen=True)
class Fate:
    """What became of one mutant.

    Attributes:
        lost: name of the check in which it lost points; empty where it lives.
        fault: why the grader, or the suite, could not grade it; empty where they could.
    """

    mutant: Mutant
    lost: str = ""
    fault: str = ""

    @property
    def lives(self) -> bool:
        """Whether no check noticed."""
        return not self.lost and not self.fault


def prove_mutants(
    exercise: Exercise,
    graders: Sequence[Grader],
    sample: int | None = None,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Proof]:
    """Try the claims about the mutants of an exercise's solution, yielding each as it is tried.

    Args:
        graders: grade side by side, one mutant each.
        sample: how many mutants are graded, spread evenly over the file; None for all.
        told: called with the numbers of mutants that are done and that there are.

    Raises:
        UsageError: the solution is not at hand, or `equivalent.toml` is broken.
    """
    if exercise.solution is None:
        raise UsageError(f"{exercise.name} has no solution here", cure="Verify the whole course, with solutions/.")
    listed = read_equivalents(exercise)
    solution = read_submission(exercise.solution, exercise)
    result = graders[0].grade(exercise, solution)
    problems = tuple(solution_problems(result))
    yield Proof("the solution earns everything", problems)
    if problems:
        return
    made = mutants_of(solution.source)
    chosen = spread(made, sample)
    fates = []
    for fate in try_mutants(exercise, graders, solution, trial_like(result), chosen):
        fates.append(fate)
        told(len(fates), len(chosen))
    yield from judge_fates(fates, listed, stale_entries(listed, made), solution, result.device.partition(":")[0])


def trial_like(result: Result) -> Trial:
    """Return a trial with the checks of a run, cheap ones first, each within a few times what it took there."""
    checks = sorted(result.checks, key=lambda check: check.seconds)
    return Trial(
        order=tuple(check.name for check in checks),
        seconds={check.name: max(LEAST_LIMIT_S, TIMES_THE_SOLUTION * check.seconds) for check in checks},
    )


def try_mutants(
    exercise: Exercise, graders: Sequence[Grader], solution: Submission, trial: Trial, mutants: Sequence[Mutant]
) -> Iterator[Fate]:
    """Grade mutants, as many side by side as there are graders; yield their fates in order."""
    free: SimpleQueue[Grader] = SimpleQueue()
    for grader in graders:
        free.put(grader)

    def try_one(mutant: Mutant) -> Fate:
        grader = free.get()
        try:
            submission = dataclasses.replace(solution, source=mutant.source)
            return _fate_of(mutant, grader.grade(exercise, submission, trial=trial))
        except GraderFault as fault:
            return Fate(mutant, fault=str(fault))
        finally:
            free.put(grader)

    pool = ThreadPoolExecutor(len(graders))
    try:
        yield from pool.map(try_one, mutants)
    finally:
        pool.shutdown(cancel_futures=True)


def _fate_of(mutant: Mutant, result: Result) -> Fate:
    last = result.checks[-1]
    if result.outcome is Outcome.GRADER_ERROR:
        said = last.detail.strip().splitlines() or [last.message]
        return Fate(mutant, fault=f"{last.name}: {said[-1]}")
    return Fate(mutant, lost=last.name if result.points < result.max_points else "")


def judge_fates(
    fates: Sequence[Fate],
    listed: Sequence[Equivalent],
    stale: Sequence[Equivalent],
    solution: Submission,
    device: str,
) -> Iterator[Proof]:
    """Yield what the fates of mutants prove: that every mutant is noticed, and that the list of those that may live is true.

    Args:
        stale: those of `listed` that are about no mutant.
        device: the one on which the mutants ran: `cpu` or `cuda`.
    """
    binding = [entry for entry in listed if entry.device in (ANY_DEVICE, device)]
    allowed = [fate for fate in fates if any(entry.allows(fate.mutant) for entry in binding)]
    survivors = [fate.mutant for fate in fates if fate.lives and fate not in allowed]
    excused = sum(fate.lives for fate in allowed)
    killed = sum(bool(fate.lost) for fate in fates)
    words = f"every mutant loses points: {killed} of {len(fates)} do, {excused} may live"
    yield Proof(words, tuple(_survivor(mutant, solution) for mutant in survivors))
    faults = tuple(f"{fate.mutant.title}: {fate.fault}" for fate in fates if fate.fault)
    yield Proof("the suites grade every mutant without a fault of their own", faults)
    wrong = [f"no mutant is like this any more: {entry.title}" for entry in stale]
    wrong += [f"listed, and yet it loses points in {fate.lost}: {fate.mutant.title}" for fate in allowed if fate.lost]
    yield Proof(f"{EQUIVALENT_NAME} lists only mutants that live", tuple(wrong))


def _survivor(mutant: Mutant, solution: Submission) -> str:
    return f"lives  {mutant.title}\n{diff_of(solution.source, mutant, solution.file_name)}"
