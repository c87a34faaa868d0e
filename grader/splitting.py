"""One submission on several lanes at once: each runs a part of the checks, and the result is that of one run.

For whoever waits: a first run tells how long each check takes, and from then on the checks are dealt out so that all lanes end at
about the same time. A check that others need runs in each lane that has to know; it counts from the lane it was dealt to.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

import msgspec

from grader.course import Exercise
from grader.engine.launch import Machine
from grader.job import Started
from grader.records import CheckRecord, Outcome, Result, Verdict
from grader.run import Grader, Progress, Run, Stopped
from grader.submission import Submission
from grader.terms import Terms

# A run that is over sooner is not worth a second lane; nor is a further lane for less than this.
WORTH_S = 0.06
MOST_LANES = 4
ENGINE = "engine"


class Grading(Protocol):
    """One grading that has begun."""

    def result(self, progress: Progress = ...) -> Result:
        """Grade, and return the result."""

    def stop(self) -> None:
        """Kill all processes of this grading."""


@dataclass(frozen=True)
class Deal:
    """How the checks of a suite are dealt out: `order` is theirs, each of `parts` one lane's."""

    whole: Terms
    order: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]


class Splitter:
    """Grades as `Grader` does, on several lanes where that is quicker.

    Args:
        grader: keeps `lanes_here()` lanes.
    """

    def __init__(self, grader: Grader) -> None:
        self._grader = grader
        self._deal: Deal | None = None

    def begin(self, exercise: Exercise, submission: Submission) -> Grading:
        """Begin to grade one submission; raises as `Grader.begin`."""
        whole = self._grader.terms(exercise, [submission])
        if self._deal is None or self._deal.whole != whole:
            self._deal = None
            run = self._grader.begin(exercise, submission, terms=whole)
            return _Learning(run, lambda result: self._learn(whole, result))
        runs = [
            self._grader.begin(exercise, submission, terms=self._grader.terms(exercise, [submission], only=part))
            for part in self._deal.parts
        ]
        return _Team(runs, self._deal)

    def make_ready(self, exercise: Exercise, submission: Submission) -> None:
        """Have all done that the next grading needs before its submission is there."""
        whole = self._grader.terms(exercise, [submission])
        if self._deal is None or self._deal.whole != whole:
            self._grader.make_lane_ready(whole)
            return
        for part in self._deal.parts:
            self._grader.make_lane_ready(self._grader.terms(exercise, [submission], only=part))

    def _learn(self, whole: Terms, result: Result) -> None:
        """Deal out the checks by how long they took, unless one lane does as well, or the suite is not in order."""
        checks = [check for check in result.checks if check.suite != ENGINE]
        one_thread = whole.job.threads == 1 and whole.job.device == "cpu"
        in_order = len(checks) == len(result.checks) and all(c.verdict is not Verdict.GRADER_ERROR for c in checks)
        if one_thread and in_order:
            lanes = min(lanes_here(), int(sum(check.seconds for check in checks) / WORTH_S))
            parts = tuple(filter(None, shares(checks, max(lanes, 1))))
            if len(parts) > 1:
                self._deal = Deal(whole, tuple(check.name for check in checks), parts)


def lanes_here() -> int:
    """Return how many lanes one submission is worth on this machine."""
    return min(MOST_LANES, Machine.here().cores)


def shares(checks: list[CheckRecord], count: int) -> list[tuple[str, ...]]:
    """Return the names of the checks in so many parts that take about as long, each in the suite's order; the longest are dealt first."""
    seconds = [0.0] * count
    taken: list[set[str]] = [set() for _ in range(count)]
    for check in sorted(checks, key=lambda check: -check.seconds):
        least = seconds.index(min(seconds))
        taken[least].add(check.name)
        seconds[least] += check.seconds
    return [tuple(check.name for check in checks if check.name in part) for part in taken]


class _Learning:
    """A run of which something is learned."""

    def __init__(self, run: Run, learn: Callable[[Result], None]) -> None:
        self._run = run
        self._learn = learn

    def result(self, progress: Progress = lambda started: None) -> Result:
        """Grade, and return the result."""
        result = self._run.result(progress)
        self._learn(result)
        return result

    def stop(self) -> None:
        """Kill all processes of this grading."""
        self._run.stop()


class _Team:
    """Several runs at once, as one."""

    def __init__(self, runs: list[Run], deal: Deal) -> None:
        self._runs = runs
        self._deal = deal
        self._begun = 0
        self._changed = threading.Lock()

    def result(self, progress: Progress = lambda started: None) -> Result:
        """Grade, and return the result; raises what any of the runs raises."""
        results: list[Result | BaseException | None] = [None] * len(self._runs)

        def follow(number: int) -> None:
            try:
                results[number] = self._runs[number].result(self._counted(progress))
            # Border: what ends a thread is raised again by the one who waits.
            except BaseException as error:
                results[number] = error
                self.stop()

        threads = [threading.Thread(target=follow, args=(number,), daemon=True) for number in range(len(self._runs))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        errors = [one for one in results if isinstance(one, BaseException)]
        if errors:  # the one that stopped the others, not their being stopped
            raise next((error for error in errors if not isinstance(error, Stopped)), errors[0])
        return joined([one for one in results if isinstance(one, Result)], self._deal)

    def stop(self) -> None:
        """Kill all processes of this grading."""
        for run in self._runs:
            run.stop()

    def _counted(self, progress: Progress) -> Progress:
        """Return what counts the checks of all runs as one."""

        def told(started: Started) -> None:
            with self._changed:
                self._begun = min(self._begun + 1, len(self._deal.order))
                progress(msgspec.structs.replace(started, number=self._begun, total=len(self._deal.order)))

        return told


def joined(results: list[Result], deal: Deal) -> Result:
    """Return results of parts of a suite as one of the whole."""
    found = {
        check.name: check
        for result, part in zip(results, deal.parts)
        for check in result.checks
        if check.name in part
    }
    of_engine = [check for check in results[0].checks if check.suite == ENGINE]
    checks = (*of_engine, *(found[name] for name in deal.order if name in found))
    worst = next((one for one in (Outcome.GRADER_ERROR, Outcome.CANNOT_RUN) if any(r.outcome is one for r in results)), None)
    return msgspec.structs.replace(
        results[0],
        outcome=worst or Outcome.GRADED,
        points=sum((check.points for check in checks), Decimal(0)),
        max_points=sum((check.max_points for check in checks), Decimal(0)),
        seconds=max(result.seconds for result in results),
        checks=checks,
    )
