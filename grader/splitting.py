"""One submission on several lanes at once: each runs the checks that it is dealt, and the result is that of one run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

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


class Busy(Protocol):
    """What keeps lanes busy that somebody waits for."""

    def when_over(self, call: Callable[[], None]) -> None:
        """Have this called once the lanes are free, from any thread; at once where they are."""


class LateRun:
    """A run on a lane that is still busy: it begins when the lane is free, or not at all where everything is done by then.

    Args:
        busy: what the lane is busy with.
        begin: begins the run.
    """

    def __init__(self, busy: Busy, begin: Callable[[], Run]) -> None:
        self._begin = begin
        self._run: Run | None = None
        self._is_needed = True
        self._decided = threading.Event()
        self._deciding = threading.Lock()
        busy.when_over(self._decided.set)

    @property
    def trails(self) -> dict[str, Trail]:
        """Those of the run, where it has begun."""
        return {} if self._run is None else self._run.trails

    def result(self, progress: Progress, dealer: Dealer | None) -> Result | None:
        """Wait for the lane, grade, and return the result; None where it did not come to that. Raises as `Run.result`."""
        self._decided.wait()
        with self._deciding:
            if not self._is_needed:
                return None
            self._run = self._begin()
        return self._run.result(progress, dealer)

    def dismiss(self) -> None:
        """Do not begin any more."""
        with self._deciding:
            self._is_needed = False
        self._decided.set()

    def stop(self) -> None:
        """Kill all processes of this grading."""
        self.dismiss()
        if self._run is not None:
            self._run.stop()


class Team:
    """Several runs at once, to which the checks are dealt; or a single run that has them all.

    Args:
        runs: those that have begun, and those that are late; at least one is not.
        dealer: deals to each run; None where the only one runs what it was begun with.
        total: how many checks are dealt.

    Attributes:
        trails: by name of the check; complete once there are results.
    """

    def __init__(self, runs: Sequence[Run | LateRun], dealer: Dealer | None = None, total: int = 0) -> None:
        self.trails: dict[str, Trail] = {}
        self._runs = runs
        self._dealer = dealer
        self._total = total
        self._begun = 0
        self._changed = threading.Lock()

    def results(self, progress: Progress = lambda started: None) -> list[Result]:
        """Grade, and return the result of each run that has begun; raises what any of the runs raises."""
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
        late = [run for run in self._runs if isinstance(run, LateRun)]
        for thread in threads:
            thread.start()
        for thread, run in zip(threads, self._runs):
            if run not in late:
                thread.join()
        for run in late:  # the others end when all checks have
            run.dismiss()
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
