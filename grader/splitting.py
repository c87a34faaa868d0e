"""One submission on several lanes at once: each runs a part of the checks, and the result is that of one run.

A check that others need runs in each lane that has to know; it counts from the lane it was dealt to.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import msgspec

from grader.engine.launch import Machine
from grader.job import Started, Trail
from grader.records import Result
from grader.run import Progress, Run, Stopped

# A run that is over sooner is not worth a second lane; nor is a further lane for less than this.
WORTH_S = 0.06
MOST_LANES = 4
ENGINE = "engine"  # the suite of what no suite checks: whether the file can be imported
Part = tuple[str, ...]  # names of checks, in the suite's order


def lanes_here() -> int:
    """Return how many lanes one submission is worth on this machine."""
    return min(MOST_LANES, Machine.here().cores)


def shares(seconds: Mapping[str, float], count: int) -> list[Part]:
    """Return the names of checks in so many parts that take about as long, each in their order; the longest are dealt first."""
    totals = [0.0] * count
    taken: list[set[str]] = [set() for _ in range(count)]
    for name in sorted(seconds, key=lambda name: -seconds[name]):
        least = totals.index(min(totals))
        taken[least].add(name)
        totals[least] += seconds[name]
    return [tuple(name for name in seconds if name in part) for part in taken]


class Team:
    """Several runs at once, each of a part of the checks.

    Args:
        runs: those that have begun.
        parts: what counts of each; where there is one run, all does.

    Attributes:
        trails: by name of the check; complete once there are results.
    """

    def __init__(self, runs: Sequence[Run], parts: Sequence[Part]) -> None:
        self.trails: dict[str, Trail] = {}
        self._runs = runs
        self._parts = parts
        self._total = sum(map(len, parts))
        self._begun = 0
        self._changed = threading.Lock()

    def results(self, progress: Progress = lambda started: None) -> list[Result]:
        """Grade, and return the result of each run with the checks that count; raises what any of the runs raises."""
        if len(self._runs) == 1:
            results: list[Result | BaseException | None] = [self._runs[0].result(progress)]
        else:
            results = self._all_at_once(progress)
        errors = [one for one in results if isinstance(one, BaseException)]
        if errors:  # the one that stopped the others, not their being stopped
            raise next((error for error in errors if not isinstance(error, Stopped)), errors[0])
        for run in self._runs:
            self.trails |= run.trails
        found = [one for one in results if isinstance(one, Result)]
        return found if len(found) == 1 else [_only(one, part) for one, part in zip(found, self._parts)]

    def stop(self) -> None:
        """Kill all processes of this grading."""
        for run in self._runs:
            run.stop()

    def _all_at_once(self, progress: Progress) -> list[Result | BaseException | None]:
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
        return results

    def _counted(self, progress: Progress) -> Progress:
        """Return what counts the checks of all runs as one."""

        def told(started: Started) -> None:
            with self._changed:
                self._begun = min(self._begun + 1, self._total)
                progress(msgspec.structs.replace(started, number=self._begun, total=self._total))

        return told


def _only(result: Result, part: Part) -> Result:
    """Return a result without the checks that were not dealt to it; what the engine itself says stays."""
    return msgspec.structs.replace(result, checks=tuple(c for c in result.checks if c.name in part or c.suite == ENGINE))
