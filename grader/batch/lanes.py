"""Lanes side by side: submissions of one exercise graded by several threads of this process, each with a lane of one engine."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from grader.exercise import Exercise
from grader.faults import GraderFault, LevelFault, UsageError
from grader.records import Result
from grader.run import Grader, Run, Stopped
from grader.submission import read_submission
from grader.terms import Terms

# A fault of ours may be a passing one: a machine that was out of memory for a moment.
TRIES = 2


@dataclass(frozen=True)
class Task:
    """A submission that is to be graded; `fingerprint` names its result."""

    fingerprint: str
    path: Path


@dataclass(frozen=True)
class Done:
    """What became of a task: a result, or why there is none (then it is the grader's fault, and worth another try one day)."""

    task: Task
    result: Result | None
    problem: str = ""


class Lanes(Protocol):
    """Where submissions are graded: on this machine, or on a cluster."""

    def grade(self, exercise: Exercise, terms: Terms, tasks: Sequence[Task], *, alone: bool = False) -> Iterator[Done]:
        """Yield what became of each task, in whatever order they end; where the iteration is given up, so is what still runs.

        Args:
            alone: one after the other, with nothing else of ours beside them.
        """


class LocalLanes:
    """Lanes on this machine.

    Args:
        grader: the engine; it keeps as many lanes as there are.
        count: how many submissions are graded at once.
    """

    def __init__(self, grader: Grader, count: int) -> None:
        self._grader = grader
        self._count = count

    def grade(self, exercise: Exercise, terms: Terms, tasks: Sequence[Task], *, alone: bool = False) -> Iterator[Done]:
        """Yield what became of each task."""
        # A run that uses several cores gets the machine for itself: side by side they would take each other's time.
        count = 1 if alone or terms.job.threads > 1 else min(self._count, len(tasks))
        crew = _Crew(self._grader, exercise, terms, tasks)
        crew.start(count)
        try:
            for _ in tasks:
                yield crew.next_done()
        finally:
            crew.stop()


class _Crew:
    """Threads that take tasks from one queue and put what became of them into another."""

    def __init__(self, grader: Grader, exercise: Exercise, terms: Terms, tasks: Sequence[Task]) -> None:
        self._grader = grader
        self._exercise = exercise
        self._terms = terms
        self._waiting: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Done | BaseException] = queue.SimpleQueue()
        self._running: set[Run] = set()
        self._changed = threading.Lock()
        self._stopped = False
        self._threads: list[threading.Thread] = []
        for task in tasks:
            self._waiting.put(task)

    def start(self, count: int) -> None:
        """Begin with so many threads."""
        for number in range(count):
            self._waiting.put(None)  # for each thread one, behind all tasks
            thread = threading.Thread(target=self._work, name=f"lane {number + 1}", daemon=True)
            self._threads.append(thread)
        for thread in self._threads:
            thread.start()

    def next_done(self) -> Done:
        """Wait for the next task that has ended."""
        done = self._done.get()
        if isinstance(done, BaseException):
            raise done
        return done

    def stop(self) -> None:
        """Give up what still runs or waits, and wait for the threads."""
        with self._changed:
            self._stopped = True
            running = list(self._running)
        for run in running:
            run.stop()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        try:
            while not self._stopped:
                task = self._waiting.get()
                if task is None:
                    return
                self._done.put(self._grade(task))
        except Stopped:
            pass
        # Border: a thread that ends in silence would leave the batch waiting for ever.
        except BaseException as error:
            self._done.put(error)

    def _grade(self, task: Task) -> Done:
        problem = ""
        for _ in range(TRIES):
            try:
                return Done(task, self._run(task))
            except LevelFault:  # no submission will fare better on this machine
                raise
            except (GraderFault, UsageError) as fault:
                problem = ": ".join(part for part in (fault.cause, fault.where) if part)[-2000:]
        return Done(task, None, problem)

    def _run(self, task: Task) -> Result:
        submission = read_submission(task.path, self._exercise)
        run = self._grader.begin(self._exercise, submission, terms=self._terms)
        with self._changed:
            self._running.add(run)
            if self._stopped:
                run.stop()
        try:
            return run.result()
        finally:
            with self._changed:
                self._running.discard(run)
