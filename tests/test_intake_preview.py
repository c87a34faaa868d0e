"""The preview names every file once with its reason, fits a terminal, and stays one line a file in a pipe."""

from __future__ import annotations

import io
from datetime import datetime, timezone

import pytest
from rich.cells import cell_len
from rich.console import Console

from grader.intake.preview import print_intake
from grader.intake.records import HandIn, Ignored, Intake, Student
from grader.render.as_text import make_console

LONG = "lovelaceada_LATE_12_95_" + "a_very_long_name_of_a_file_" * 5 + ".py"
INTAKE = Intake(
    layout="canvas",
    exercises=("exercise1", "exercise3", "exercise4"),
    students=(
        Student(key="ada-lovelace", name="Ada Lovelace", ids={"canvas": "12"}),
        Student(key="grace-hopper", name="Grace Hopper"),
        Student(key="김민수", name="김민수", ids={"canvas": "13"}),
    ),
    hand_ins=(
        HandIn(
            student="ada-lovelace",
            exercise="exercise3",
            path="",
            sources=(LONG, "lovelaceada_LATE_12_91_ops.py"),
            handed_in=datetime(2026, 11, 20, 12, tzinfo=timezone.utc),
            late=True,
            why="the latest of 2, by the number that Canvas gave it",
            others=("lovelaceada_12_90_calculator.py",),
        ),
        HandIn(
            student="김민수",
            exercise="exercise1",
            path="",
            sources=("김민수_13_96_my_linear.zip",),
            fault="it is damaged",
            why="nothing else was handed in",
        ),
    ),
    ignored=(
        Ignored(source="[bold]notes[/bold].txt", reason="not named as Canvas does"),
        Ignored(source="\x1b[31mx", reason="hidden"),
    ),
    missing=(("grace-hopper", "exercise1"), ("grace-hopper", "exercise3")),
    warnings=("Ben is not in the roster; is it Benjamin?",),
)


def test_a_pipe_gets_one_line_a_file() -> None:
    stream = io.StringIO()

    print_intake(INTAKE, make_console(stream, {}))

    assert (
        stream.getvalue()
        == f"""\
Read as: Canvas bulk download (canvas)
3 students, 2 hand-ins for exercise1, exercise3, exercise4
Nobody handed in exercise4

ada-lovelace  Ada Lovelace (canvas 12)
  exercise1  missing
  exercise3  LATE  {LONG}
             lovelaceada_LATE_12_91_ops.py
             the latest of 2, by the number that Canvas gave it, handed in 2026-11-20 12:00:00 +0000
             passed over: lovelaceada_12_90_calculator.py

김민수 (canvas 13)
  exercise1  김민수_13_96_my_linear.zip
             nothing else was handed in
             cannot be graded: it is damaged
  exercise3  missing

Handed in nothing (1)
  grace-hopper  Grace Hopper

Ignored (2)
  not named as Canvas does:
    [bold]notes[/bold].txt
  hidden:
    \\x1b[31mx

Look at these
  Ben is not in the roster; is it Benjamin?
"""
    )


@pytest.mark.parametrize("width", [48, 80, 200])
def test_a_terminal_gets_lines_that_fit(width: int) -> None:
    stream = io.StringIO()

    print_intake(
        INTAKE, Console(file=stream, width=width, force_terminal=True, color_system=None, markup=False, highlight=False)
    )

    lines = stream.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= width
    assert "".join("".join(lines).split()).count(LONG) == 1
    assert all(line == line.rstrip() for line in lines)
