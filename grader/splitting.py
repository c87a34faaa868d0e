"""One submission on several lanes at once: each runs the checks that it is dealt, and the result is that of one run."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import msgspec

from grader.dealing import Dealer
from grader.engine.launch import Machine
from grader.job import Started, Trail
from grader.records import Result
from grader.run import Progress, Run, Stopped

# A run that is over sooner is not worth a second lane; nor is a further lane for less than this.
WORTH_S = 0.06
MOST_LANES = 4
ENGINE = "engine"  # the suite of what no suite checks: whether the file can be imported


def lanes_here() -> int:
    """Return how many lanes one submission is worth on this machine."""
    return min(MOST_LANES, Machine.here().cores)


class Team:
    """Several runs at once, to which the checks are dealt; or a single run that has them all.

    Args:
        runs: those that have begun.
        dealer: deals to each run; None where the only one runs what it was begun with.
        total: how many checks are dealt.

    Attributes:
        trails: by name of the check; complete once there are results.
    """

    def __init__(self, runs: Sequence[Run], dealer: Dealer | None = None, total: int = 0) -> None:
        self.trails: dict[str, Trail] = {}
        self._runs = runs
        self._dealer = dealer
        self._total = total
        self._begun = 0
        self._changed = threading.Lock()

    def results(self, progress: Progress = lambda started: None) -> list[Result]:
        """Grade, and return the result of each run; raises what any of the runs raises."""
        told = progress if self._dealer is None else self._counted(progress)
        if len(self._runs) == 1:
            results: list[Result | BaseException | None] = [self._runs[0].result(told, self._dealer)]
        else:
            results = self._all_at_once(told)
        errors = [one for one in results if isinstance(one, BaseException)]
        if errors:  # the one that stopped the others, not their being stopped
            raise next((error for error in errors if not isinstance(error, Stopped)), errors[0])
        for run in self._runs:
            self.trails |= run.trails
        return [one for one in results if isinstance(one, Result)]

    def stop(self) -> None:
        """Kill all processes of this grading."""
        if self._dealer is not None:
            self._dealer.stop()
        for run in self._runs:
            run.stop()

    def _all_at_once(self, progress: Progress) -> list[Result | BaseException | None]:
        results: list[Result | BaseException | None] = [None] * len(self._runs)

        def follow(number: int) -> None:
            try:
                results[number] = self._runs[number].result(progress, self._dealer)
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
