"""What `grade batch`, `grade regrade` and `grade override` end with: changes listed, published where that is wanted, files written."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from grader.batch.folder import BatchFolder
from grader.batch.publishing import publish, write_grade_files, write_student_report
from grader.batch.standings import Change, Standings, changes_of
from grader.batch.store import Store, now
from grader.cli.exits import Exit
from grader.course import Course
from grader.course_file import CourseFile, read_course_file
from grader.gradebook import class_report
from grader.gradebook.records import Grade
from grader.intake.records import Intake
from grader.render.clean import visible_line
from grader.render.words import counted, points_of
from grader.tally import Tally

MOST_LISTED = 200
_WHAT = {"grades.csv": "all grades as a table", "grades.jsonl": "all grades, an object a student"}


def hand_back(folder: BatchFolder, store: Store, course: Course, *, wanted: bool) -> Exit:
    """List what is not yet told to students, publish it where that is wanted, write the grade files and the class report.

    Args:
        wanted: publish also what differs from what students were told. What they were never told is published at once.
    """
    rules = read_course_file(course)
    intake = store.intake
    names = intake.exercises if intake is not None else ()
    exercises = {name: course.exercises[name] for name in names if name in course.exercises}
    standings = Standings(store, folder, exercises, rules)
    tally, grades = Tally(), []
    for grade, result in standings.grades():
        grades.append(grade)
        if result is not None:
            tally.add(grade.student.key, result)
    changes = changes_of(grades, store.published())
    known = [change for change in changes if change.before is not None]
    _list_changes(known, published=wanted)
    told = changes if wanted else [change for change in changes if change.before is None]
    places = {(one.grade.student.key, one.grade.exercise) for one in told}
    _write_reports(standings, folder, places, store)
    paths, remarks = write_grade_files(folder, store, grades, places)
    publish(store, told)
    for remark in remarks:
        click.echo(f"  {visible_line(remark, 500)}", err=True)
    _write_class_report(folder, standings.intake, rules, grades, tally, [] if wanted else known, paths)
    _summarise(grades, folder)
    if known and not wanted:
        click.echo(f"{counted(len(known), 'change')} not published: add --publish once you have looked at them.")
    return Exit.GRADER_FAULT if any(grade.outcome == "grader_error" for grade in grades) else Exit.PASSED


def _list_changes(changes: Sequence[Change], *, published: bool) -> None:
    if not changes:
        return
    click.echo("changed and published:" if published else "changed since students were told:")
    for change in changes[:MOST_LISTED]:
        grade, before = change.grade, change.before
        assert before is not None
        old, new = points_of(before.points, before.max_points), points_of(grade.points, grade.max_points)
        words = "" if before.outcome == grade.outcome else f" ({before.outcome} before, {grade.outcome} now)"
        why = "; ".join(override.reason for override in grade.overrides if override.reason)
        reason = f"  {visible_line(why, 100)}" if why else ""
        click.echo(f"  {grade.student.key}  {grade.exercise}  {old} → {new}{words}{reason}")
    if len(changes) > MOST_LISTED:
        click.echo(f"  and {len(changes) - MOST_LISTED} more")


def _write_reports(standings: Standings, folder: BatchFolder, told: set[tuple[str, str]], store: Store) -> None:
    """Write the reports of what is told now, unless what was written when it was graded says it all."""
    published = store.published()
    for grade, result in standings.grades():
        place = grade.student.key, grade.exercise
        if place not in told or result is None:
            continue
        as_graded = place not in published and grade.points == grade.earned and not grade.overrides
        if not as_graded or not folder.report(*place).is_file():
            write_student_report(folder, grade.student.key, result, grade)


def _write_class_report(
    folder: BatchFolder,
    intake: Intake,
    rules: CourseFile,
    grades: Sequence[Grade],
    tally: Tally,
    waiting: Sequence[Change],
    paths: Sequence[Path],
) -> None:
    from grader.render.as_class import write_class_html

    order = {name: number for number, name in enumerate(intake.exercises)}
    changes = (
        class_report.Change(
            student=change.grade.student,
            exercise=change.grade.exercise,
            old=change.before.points if change.before is not None else None,
            new=change.grade.points,
            reason="; ".join(override.reason for override in change.grade.overrides if override.reason),
        )
        for change in waiting
    )
    report = class_report.ClassReport(
        title=rules.title or "Class report",
        made=now(),
        grades=tuple(sorted(grades, key=lambda grade: (order[grade.exercise], grade.student.key))),
        mistakes=tally.mistakes(),
        checks=tally.checks(),
        seconds=tally.seconds,
        facts=tally.facts(),
        changes=tuple(changes),
        warnings=intake.warnings,
        ignored=intake.ignored,
        files=tuple((folder.relative(path), _WHAT.get(path.name, "the grades, to be uploaded")) for path in paths),
    )
    write_class_html(report, folder.index)


def _summarise(grades: Sequence[Grade], folder: BatchFolder) -> None:
    from grader.render.as_class_text import print_class
    from grader.render.as_text import make_console

    print_class(grades, make_console(sys.stdout, os.environ))
    click.echo(f"report: {folder.index}")
