"""Grades to hand back, as tests need them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from grader.gradebook.records import CheckGrade, Grade
from grader.intake.records import Student
from grader.records import Disclosure, Verdict

SAMPLES = Path(__file__).parent / "gradebooks"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def make_student(name: str, key: str = "", **ids: str) -> Student:
    return Student(key=key or name.casefold().replace(" ", "-"), name=name, ids=ids)


def make_grade(student: Student, points: str = "8.5", exercise: str = "exercise3", **fields: Any) -> Grade:
    known: Mapping[str, Any] = {
        "title": "The ModuleDict calculator", "max_points": Decimal(10), "earned": Decimal(points), "outcome": "graded",
    }  # fmt: skip
    return Grade(student=student, exercise=exercise, points=Decimal(points), **{**known, **fields})


def make_check(name: str, points: str, most: str, disclosure: Disclosure = Disclosure.HINT) -> CheckGrade:
    return CheckGrade(
        name=f"test_hidden.py::{name}", title=name, disclosure=disclosure, verdict=Verdict.PARTIAL,
        points=Decimal(points), max_points=Decimal(most),
    )  # fmt: skip
