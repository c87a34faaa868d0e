"""Grades for whoever has no learning platform: CSV, a row a student, and JSON Lines, an object a student.

Neither computes anything: an empty cell is something that a student has not. Points are rounded here, to two decimals.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from grader.gradebook.files import GradeFile
from grader.gradebook.records import CheckGrade, Grade
from grader.gradebook.settling import counts
from grader.intake.records import Student
from grader.records import Audience, Disclosure, Verdict
from grader.render.audience import HIDDEN_NAME
from grader.render.escape import csv_line
from grader.render.words import points_text, round_points

SCHEMA = "grade/grades/1"


def grades_csv(grades: Sequence[Grade], audience: Audience = Audience.INSTRUCTOR) -> GradeFile:
    """Return a row a student: key, name, ids, and for each exercise points, most points, outcome, hours late, and points of each check."""
    shown = [redact_grade(grade, audience) for grade in grades]
    students, by_place = _students(shown), {(grade.student.key, grade.exercise): grade for grade in shown}
    kinds = sorted({kind for student in students for kind in student.ids})
    exercises = _checks_by_exercise(shown)
    header = ["key", "name", *kinds]
    for exercise, checks in exercises.items():
        header += [exercise, f"{exercise} max", f"{exercise} outcome", f"{exercise} hours late"]
        header += [f"{exercise} {name}{f' (max {most})' if most else ''}" for name, most in checks.items()]
    rows = []
    for student in students:
        row = [student.key, student.name, *(student.ids.get(kind, "") for kind in kinds)]
        for exercise, checks in exercises.items():
            row += _cells(by_place.get((student.key, exercise)), checks)
        rows.append(row)
    return GradeFile(_csv([header, *rows]))


def grades_jsonl(grades: Sequence[Grade], audience: Audience = Audience.INSTRUCTOR) -> GradeFile:
    """Return a line of JSON a student, with `schema`, `student` and `exercises`; it only ever gains fields."""
    shown = [redact_grade(grade, audience) for grade in grades]
    by_student: dict[str, dict[str, Any]] = {}
    for grade in shown:
        by_student.setdefault(grade.student.key, {})[grade.exercise] = _fields(grade)
    lines = [
        {"schema": SCHEMA, "student": msgspec.to_builtins(student), "exercises": by_student[student.key]}
        for student in _students(shown)
    ]
    return GradeFile("".join(json.dumps(line, allow_nan=False) + "\n" for line in lines).encode("ascii"))


def redact_grade(grade: Grade, audience: Audience) -> Grade:
    """Return the grade as `audience` may read it: students read no secret check by name, and no reason of an override."""
    if audience is Audience.INSTRUCTOR:
        return grade
    open_checks = tuple(check for check in grade.checks if check.disclosure is not Disclosure.NOTHING)
    secret = [check for check in grade.checks if check.disclosure is Disclosure.NOTHING]
    overrides = tuple(msgspec.structs.replace(override, reason="") for override in grade.overrides)
    return msgspec.structs.replace(grade, checks=(*open_checks, *_merge(secret)), overrides=overrides)


def _merge(secret: Sequence[CheckGrade]) -> tuple[CheckGrade, ...]:
    """Return one check for all secret ones; its points are what anybody can work out from the total."""
    points = sum((check.points for check in secret), Decimal(0))
    max_points = sum((check.max_points for check in secret), Decimal(0))
    if not max_points:
        return ()
    verdict = Verdict.PASSED if points >= max_points else Verdict.PARTIAL if points else Verdict.FAILED
    return (
        CheckGrade(
            name=HIDDEN_NAME,
            title=HIDDEN_NAME,
            disclosure=Disclosure.NOTHING,
            verdict=verdict,
            points=points,
            max_points=max_points,
        ),
    )


def _students(grades: Iterable[Grade]) -> tuple[Student, ...]:
    return tuple({grade.student.key: grade.student for grade in grades}.values())


def _checks_by_exercise(grades: Iterable[Grade]) -> dict[str, dict[str, str]]:
    """Return for each exercise its checks in their order -> the most points, empty where that differs between students."""
    most: dict[str, dict[str, set[Decimal]]] = {}
    for grade in grades:
        checks = most.setdefault(grade.exercise, {})
        for check in grade.checks:
            checks.setdefault(check.name, set()).add(check.max_points)
    return {
        exercise: {name: points_text(next(iter(points))) if len(points) == 1 else "" for name, points in checks.items()}
        for exercise, checks in most.items()
    }


def _cells(grade: Grade | None, checks: Mapping[str, str]) -> list[str]:
    if grade is None:
        return [""] * (4 + len(checks))
    by_name = {check.name: points_text(check.points, ceiling=check.max_points) for check in grade.checks}
    late = "" if grade.hours_late is None else points_text(Decimal(str(grade.hours_late)))
    points = points_text(grade.points, ceiling=grade.max_points) if counts(grade) else ""
    cells = [points, points_text(grade.max_points), grade.outcome, late]
    return cells + [by_name.get(name, "") for name in checks]


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([csv_line(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8")


def _fields(grade: Grade) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(grade, builtin_types=(Decimal,))
    del fields["student"], fields["exercise"]
    for scored in (fields, *fields["checks"]):
        scored["points"] = _number(round_points(scored["points"], ceiling=scored["max_points"]))
        scored["max_points"] = _number(round_points(scored["max_points"]))
    fields["earned"] = _number(round_points(grade.earned, ceiling=grade.max_points))
    fields["kept"] = _number(grade.kept)
    for override in fields["overrides"]:
        override["amount"] = _number(override["amount"])
    return fields


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
