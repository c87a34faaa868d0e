"""Plain grade files: a row a student, a column a check, nothing that a spreadsheet would compute, nothing that a student may not know."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from gradebook_grades import make_check, make_grade, make_student

from grader.faults import UsageError
from grader.gradebook.files import GradeFile, write_grade_file
from grader.gradebook.plain import grades_csv, grades_jsonl
from grader.gradebook.records import Override
from grader.records import Audience, Disclosure

ADA = make_student('Lovelace, "Ada"', "ada", canvas="17", email="ada@uni.example")
EVIL = make_student("=SUM(1)", "@evil", login="-2+3")
CHECKS = (
    make_check("test_order", "2", "2"),
    make_check("test_trap", "0.333", "1", Disclosure.NOTHING),
    make_check("test_trick", "1", "1", Disclosure.NOTHING),
)
BONUS = Override(
    amount=Decimal("0.5"),
    absolute=False,
    reason="suspected of copying",
    when=datetime(2026, 11, 20, tzinfo=timezone.utc),
)
GRADES = [
    make_grade(ADA, "9.999", checks=CHECKS, hours_late=1.5, kept=Decimal("0.9"), overrides=(BONUS,)),
    make_grade(EVIL, "0", outcome="missing"),
    make_grade(ADA, "4", "exercise4", max_points=Decimal(5)),
]


def rows_of(file: GradeFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8"), newline="")))


def test_each_student_is_a_row_and_each_check_a_column() -> None:
    ada, evil = rows_of(grades_csv(GRADES))

    assert ada == {
        "key": "ada", "name": 'Lovelace, "Ada"', "canvas": "17", "email": "ada@uni.example", "login": "",
        "exercise3": "9.99", "exercise3 max": "10", "exercise3 outcome": "graded", "exercise3 hours late": "1.5",
        "exercise3 test_hidden.py::test_order (max 2)": "2", "exercise3 test_hidden.py::test_trap (max 1)": "0.33",
        "exercise3 test_hidden.py::test_trick (max 1)": "1",
        "exercise4": "4", "exercise4 max": "5", "exercise4 outcome": "graded", "exercise4 hours late": "",
    }  # fmt: skip
    assert (evil["exercise3"], evil["exercise3 outcome"], evil["exercise4"]) == ("", "missing", "")


def test_no_cell_is_a_formula() -> None:
    (_, evil) = rows_of(grades_csv(GRADES))

    assert (evil["key"], evil["name"], evil["login"]) == ("'@evil", "'=SUM(1)", "'-2+3")


def test_students_read_no_secret_check_and_no_reason() -> None:
    (ada, _) = rows_of(grades_csv(GRADES, Audience.STUDENT))
    lines = grades_jsonl(GRADES, Audience.STUDENT).content.decode()

    assert ada["exercise3 hidden checks (max 2)"] == "1.33"
    for text in (*ada, lines):
        assert "test_trap" not in text and "copying" not in text


def test_each_line_of_json_is_a_student_with_all_that_is_known() -> None:
    lines = [json.loads(line) for line in grades_jsonl(GRADES).content.splitlines()]

    ada, evil = lines
    assert ada["schema"] == "grade/grades/1"
    assert ada["student"] == {
        "key": "ada",
        "name": 'Lovelace, "Ada"',
        "ids": {"canvas": "17", "email": "ada@uni.example"},
    }
    assert list(ada["exercises"]) == ["exercise3", "exercise4"]
    third = ada["exercises"]["exercise3"]
    assert (third["points"], third["max_points"], third["kept"], third["hours_late"]) == (9.99, 10, 0.9, 1.5)
    assert [(check["name"], check["points"]) for check in third["checks"]][1] == ("test_hidden.py::test_trap", 0.33)
    assert third["overrides"] == [
        {"amount": 0.5, "absolute": False, "reason": "suspected of copying", "when": "2026-11-20T00:00:00Z"}
    ]
    assert evil["student"]["name"] == "=SUM(1)"


def test_a_grade_file_replaces_the_old_one_whole(tmp_path: Path) -> None:
    target = tmp_path / "grades.csv"
    target.write_bytes(b"old")

    write_grade_file(target, GradeFile(b"new\r\n"))

    assert target.read_bytes() == b"new\r\n"
    assert [path.name for path in tmp_path.iterdir()] == ["grades.csv"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the grades cannot be written") as caught:
        write_grade_file(tmp_path / "gone" / "grades.csv", GradeFile(b""))

    assert caught.value.where.endswith("grades.csv")
