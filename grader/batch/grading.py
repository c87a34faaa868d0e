"""A batch from what was handed in to results in the store: what needs grading, on lanes, each result kept at once.

A result belongs to a fingerprint, not to a student. So identical files are graded once, a batch that was killed goes on where it
was, and a change of suite, seed or grader grades anew what it concerns, and nothing else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import msgspec

from grader.batch.fingerprints import fingerprint_of
from grader.batch.lanes import Done, Lanes, Task
from grader.batch.records import Kept, Standing
from grader.batch.store import Store, now
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.intake.records import HandIn, Intake
from grader.records import Outcome, Result, Verdict
from grader.run import Grader
from grader.submission import Submission, read_submission
from grader.terms import Terms


@dataclass(frozen=True)
class Plan:
    """What is to be done for one exercise.

    Attributes:
        standings: of all hand-ins.
        tasks: what has to be graded, each once.
        only: names of the checks that are run again; empty where whole suites are.
        before: of a task whose checks are run again: the fingerprint of the result that they become part of.
    """

    exercise: Exercise
    terms: Terms
    standings: tuple[Standing, ...]
    tasks: tuple[Task, ...]
    only: tuple[str, ...] = ()
    before: Mapping[str, str] = field(default_factory=dict)


def plan_batch(
    exercises: Iterable[Exercise], intake: Intake, grader: Grader, store: Store, *, force: bool = False
) -> list[Plan]:
    """Return what has to be graded, by exercise.

    Args:
        force: grade again what has a result already.

    Raises:
        UsageError: a dataset is missing, or the device is not there.
    """
    known = set() if force else store.fingerprints()
    plans = []
    for exercise in exercises:
        hand_ins = [hand_in for hand_in in intake.hand_ins if hand_in.exercise == exercise.name]
        if hand_ins:
            plans.append(_plan(exercise, hand_ins, grader, known))
    return plans


def _plan(exercise: Exercise, hand_ins: Sequence[HandIn], grader: Grader, known: set[str]) -> Plan:
    read = [_read(hand_in, exercise) for hand_in in hand_ins]
    terms = grader.terms(exercise, [one for one in read if isinstance(one, Submission)])
    standings, tasks = [], {}
    for hand_in, one in zip(hand_ins, read):
        if isinstance(one, str):
            standings.append(Standing(hand_in=hand_in, fingerprint="", problem=one))
            continue
        fingerprint = fingerprint_of(one.sha256, terms)
        standings.append(Standing(hand_in=hand_in, fingerprint=fingerprint, sha256=one.sha256))
        if fingerprint not in known:
            tasks[fingerprint] = Task(fingerprint, Path(hand_in.path))
    return Plan(exercise, terms, tuple(standings), tuple(tasks.values()))


def plan_checks(
    exercise: Exercise, only: tuple[str, ...], intake: Intake, grader: Grader, store: Store
) -> list[Plan]:
    """Return what has to be run so that some checks, or all, are run again on every submission to an exercise.

    Submissions without a result are graded as a whole.
    """
    hand_ins = [hand_in for hand_in in intake.hand_ins if hand_in.exercise == exercise.name]
    whole = _plan(exercise, hand_ins, grader, known=set())
    if not only:
        return [whole]
    kept_before = {
        (one.hand_in.student, one.hand_in.exercise): one.fingerprint
        for one in store.standings()
        if one.fingerprint and store.result(one.fingerprint) is not None
    }
    before = {
        one.fingerprint: kept_before[place]
        for one in whole.standings
        if one.fingerprint and (place := (one.hand_in.student, one.hand_in.exercise)) in kept_before
    }
    terms = grader.terms(exercise, [one for h in hand_ins if isinstance(one := _read(h, exercise), Submission)], only=only)
    parts = tuple(task for task in whole.tasks if task.fingerprint in before)
    rest = tuple(task for task in whole.tasks if task.fingerprint not in before)
    partial = dataclasses.replace(whole, terms=terms, tasks=parts, only=only, before=before)
    return [partial, dataclasses.replace(whole, tasks=rest)] if rest else [partial]


def merged(before: Result, now: Result, only: Collection[str]) -> Result:
    """Return a result in which some checks are what they are now; one that came to no check stays what it was."""
    if Outcome.CANNOT_RUN in (before.outcome, now.outcome):
        return msgspec.structs.replace(before, environment=now.environment)
    new = {check.name: check for check in now.checks if check.name in only}
    checks = tuple(new.get(check.name, check) for check in before.checks)
    faulty = any(check.verdict is Verdict.GRADER_ERROR for check in checks)
    return msgspec.structs.replace(
        before,
        checks=checks,
        points=sum((check.points for check in checks), Decimal(0)),
        max_points=sum((check.max_points for check in checks), Decimal(0)),
        outcome=Outcome.GRADER_ERROR if faulty else Outcome.GRADED,
        environment=now.environment,
    )


def _read(hand_in: HandIn, exercise: Exercise) -> Submission | str:
    """Return what was handed in, or why it cannot be read."""
    if hand_in.fault:
        return hand_in.fault
    try:
        return read_submission(Path(hand_in.path), exercise)
    except UsageError as error:
        return error.cause


class Keeper:
    """Keeps each result as it comes, for everybody whose it is.

    Args:
        written: called with a result and the standings that it is for, once it is in the store.
    """

    def __init__(self, store: Store, written: Callable[[Kept, Sequence[Standing]], None]) -> None:
        self._store = store
        self._written = written

    def grade(self, plan: Plan, lanes: Lanes) -> Iterator[Done]:
        """Grade what a plan asks for, and keep it; yields each task that has ended, when it is kept."""
        owners = _owners(plan)
        if not plan.only:
            due = {task.fingerprint for task in plan.tasks}
            self._store.set_standings(one for one in plan.standings if one.fingerprint not in due)
        for done in lanes.grade(plan.exercise, plan.terms, plan.tasks):
            if plan.only and done.result is not None:
                before = self._store.result(plan.before[done.task.fingerprint])
                assert before is not None  # looked up when it was planned, and nobody else writes here
                done = dataclasses.replace(done, result=merged(before.result, done.result, plan.only))
            self._keep(done, owners[done.task.fingerprint], retried=False)
            yield done

    def retry(self, plan: Plan, lanes: Lanes) -> Iterator[Done]:
        """Grade once more, one by one, what timed out; whatever comes of it stands."""
        if plan.only:
            return
        owners, due = _owners(plan), self._store.to_retry()
        tasks = [
            Task(fingerprint, Path(standings[0].hand_in.path))
            for fingerprint, standings in owners.items()
            if fingerprint in due
        ]
        for done in lanes.grade(plan.exercise, plan.terms, tasks, alone=True):
            if done.result is not None:
                self._keep(done, owners[done.task.fingerprint], retried=True)
            yield done

    def _keep(self, done: Done, standings: Sequence[Standing], *, retried: bool) -> None:
        if done.result is None:
            self._store.set_standings(
                msgspec.structs.replace(one, problem=done.problem, is_fault=True) for one in standings
            )
            return
        result = msgspec.structs.replace(done.result, student="")
        kept = Kept(fingerprint=done.task.fingerprint, result=result, made=now(), retried=retried)
        self._store.add_result(kept, standings)
        self._written(kept, standings)


def _owners(plan: Plan) -> dict[str, list[Standing]]:
    """Return by fingerprint those whose hand-in it is."""
    owners: dict[str, list[Standing]] = {}
    for standing in plan.standings:
        if standing.fingerprint:
            owners.setdefault(standing.fingerprint, []).append(standing)
    return owners
