"""`grade regrade` and `grade override`: other weights, a check run again, a decision by hand, on what a batch has measured."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click
import msgspec

from grader.batch.folder import BatchFolder, open_folder, working_in
from grader.batch.grading import plan_checks
from grader.batch.lanes import LocalLanes
from grader.batch.publishing import Exported
from grader.batch.store import Store, now
from grader.batch.weights import read_weights, weigh, weights_text
from grader.cli.batching import grade_plans, read_exported
from grader.cli.exits import Exit
from grader.cli.handing_back import hand_back
from grader.course import Course, find_course
from grader.engine.launch import Machine
from grader.faults import UsageError
from grader.gradebook.records import Override
from grader.records import CheckRecord
from grader.render.write import write_report
from grader.run import Grader
from grader.terms import Choices
from grader.toml_file import closest_name


def regrade(
    folder: Path,
    *,
    points: Path | None,
    write_points: Path | None,
    suite_points: bool,
    only: tuple[str, ...],
    lanes: int | None,
    publish: bool,
    canvas: Path | None,
    moodle: tuple[str, ...],
    columns: tuple[str, ...],
    course: Path | None,
    data_root: Path | None,
) -> Exit:
    """Apply other weights, run checks again, list what changes."""
    opened = open_folder(folder)
    with working_in(opened), Store(opened.store) as store:
        found = course_of(store, course)
        _keep_exported(store, found, canvas, moodle, columns)
        known = _checks_known(store)
        if write_points is not None:
            write_report(write_points, weights_text(known))
            click.echo(f"weights: {write_points}")
            return Exit.PASSED
        if suite_points:
            store.set_fact("weights", {})
        if points is not None:
            store.set_fact("weights", store.weights | read_weights(points, _checks_known(store, weighted=False)))
        if only:
            _run_again(only, known, opened, store, found, lanes, data_root)
        return hand_back(opened, store, found, wanted=publish)


def override(
    student: str,
    exercise: str,
    points: str,
    reason: str,
    *,
    folder: Path,
    publish: bool,
    canvas: Path | None,
    moodle: tuple[str, ...],
    columns: tuple[str, ...],
    course: Path | None,
) -> Exit:
    """Keep a decision about one grade, and list what it changes."""
    opened = open_folder(folder)
    with working_in(opened), Store(opened.store) as store:
        found = course_of(store, course)
        _keep_exported(store, found, canvas, moodle, columns)
        key = _student_named(student, store)
        _check_exercise(exercise, store)
        if points.strip().lower() == "none":
            count = store.drop_overrides(key, exercise)
            click.echo(f"{key}, {exercise}: {count} decisions taken back" if count else f"{key}, {exercise}: there was no decision")
        else:
            store.add_override(key, exercise, _read_override(points, reason))
        return hand_back(opened, store, found, wanted=publish)


def course_of(store: Store, named: Path | None) -> Course:
    """Return the course of a batch: the one that is named now, else the one that it was graded with."""
    kept = store.fact("course", str, "")
    place = named or (Path(kept) if kept and Path(kept).is_dir() else None)
    return find_course(place, os.environ, Path.cwd())


def _keep_exported(
    store: Store, course: Course, canvas: Path | None, moodle: tuple[str, ...], columns: tuple[str, ...]
) -> None:
    intake = store.intake
    names = intake.exercises if intake is not None else ()
    exported = read_exported(canvas, moodle, columns, [course.exercises[name] for name in names if name in course.exercises])
    if exported:
        store.set_fact("exported", store.fact("exported", dict[str, Exported], {}) | exported)


def _checks_known(store: Store, *, weighted: bool = True) -> dict[str, tuple[CheckRecord, ...]]:
    """Return by exercise the checks of a result that has all of them."""
    known: dict[str, tuple[CheckRecord, ...]] = {}
    for standing in store.standings():
        exercise = standing.hand_in.exercise
        kept = store.result(standing.fingerprint) if standing.fingerprint else None
        if kept is None:
            continue
        result = weigh(kept.result, store.weights.get(exercise, {})) if weighted else kept.result
        checks = {check.name: check for check in (*known.get(exercise, ()), *result.checks) if check.suite != "engine"}
        # A measure that only some submissions have come to is known from those.
        measured = {check.name: check for check in (*known.get(exercise, ()), *result.checks) if check.measure is not None}
        known[exercise] = tuple((checks | measured).values())
    return known


def _run_again(
    only: Sequence[str],
    known: dict[str, tuple[CheckRecord, ...]],
    folder: BatchFolder,
    store: Store,
    course: Course,
    lanes: int | None,
    data_root: Path | None,
) -> None:
    wanted: dict[str, tuple[str, ...]] = {}
    for name in only:
        exercise, checks = _meant_by(name, known)
        everything = not checks or wanted.get(exercise) == ()
        wanted[exercise] = () if everything else (*wanted.get(exercise, ()), *checks)
    intake = store.intake
    assert intake is not None  # there are results, so there was something to read
    asked = store.fact("choices", dict[str, Any], {})
    choices = Choices(**asked, data_root=data_root, hidden=(folder.root,))
    count = lanes or Machine.here().cores
    with Grader(choices, keep=count) as grader:
        plans = [
            plan
            for exercise, checks in wanted.items()
            for plan in plan_checks(course.exercises[exercise], checks, intake, grader, store)
        ]
        grade_plans(plans, folder, store, LocalLanes(grader, count))


def _meant_by(name: str, known: dict[str, tuple[CheckRecord, ...]]) -> tuple[str, tuple[str, ...]]:
    """Return exercise and checks that a name of `--only` stands for; no checks for all of the exercise."""
    exercise, _, check = name.partition("::") if name.partition("::")[0] in known else ("", "", name)
    if exercise and not check:
        return exercise, ()
    wanted = check.rpartition("::")[2]
    for one, checks in known.items():
        found = tuple(
            other.name
            for other in checks
            if wanted in (other.name.rpartition("::")[2], other.name.rpartition("::")[2].partition("[")[0])
        )
        if found and exercise in ("", one):
            return one, found
    names = [*known, *(other.name.rpartition("::")[2] for checks in known.values() for other in checks)]
    closest = closest_name(name, names)
    cure = f"Did you mean {closest!r}?" if closest else f"Name one of {', '.join(known)}, or a check such as test_result."
    raise UsageError(f"{name!r} is no exercise and no check of this batch", where="--only", cure=cure)


def _read_override(points: str, reason: str) -> Override:
    absolute = points.startswith("=")
    try:
        amount = Decimal(points[1:] if absolute else points)
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite() or (not absolute and points[:1] not in ("+", "-")) or (absolute and amount < 0):
        cure = 'Write +1 or -0.5 to change it, =7 to set it: grade override ada exercise3 +1 "oral exam".'
        raise UsageError(f"{points!r} is no number of points", where="POINTS", cure=cure)
    return Override(amount=amount, absolute=absolute, reason=reason, when=now())


def _student_named(name: str, store: Store) -> str:
    """Return the key of the student whom a name, a key or an id means.

    Raises:
        UsageError: nobody, or several.
    """
    intake = store.intake
    students = intake.students if intake is not None else ()
    if name in {student.key for student in students}:
        return name
    folded = " ".join(name.casefold().split())
    found = [
        student.key
        for student in students
        if folded in (student.name.casefold(), student.key.casefold(), *map(str.casefold, student.ids.values()))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        cure = "Use the key: the first column of grades.csv."
        raise UsageError(f"{len(found)} students are called {name!r}", where=", ".join(found), cure=cure)
    closest = closest_name(name, _all_names(student for student in students))
    cure = f"Did you mean {closest!r}?" if closest else "The first column of grades.csv lists all."
    raise UsageError(f"no student of this batch is called {name!r}", where="STUDENT", cure=cure)


def _all_names(students: Iterable[object]) -> list[str]:
    return [name for student in students for name in msgspec.structs.astuple(student)[:2]]  # type: ignore[arg-type]


def _check_exercise(name: str, store: Store) -> None:
    intake = store.intake
    names = intake.exercises if intake is not None else ()
    if name not in names:
        closest = closest_name(name, names)
        cure = f"Did you mean {closest!r}?" if closest else f"It has: {', '.join(names)}."
        raise UsageError(f"{name!r} is no exercise of this batch", where="EXERCISE", cure=cure)
