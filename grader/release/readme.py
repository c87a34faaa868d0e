"""The README of a students' copy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import Template

from grader import __version__
from grader.exercise import TASK_NAME, Exercise

_TEMPLATE = Path(__file__).with_name("student_readme.md")


def student_readme(exercises: Sequence[Exercise]) -> str:
    """Return how to install the grader, grade and read reports, with a table of these exercises."""
    template = Template(_TEMPLATE.read_text(encoding="utf-8"))
    return template.substitute(
        version=__version__,
        exercise=exercises[0].name if exercises else "EXERCISE",
        file=exercises[0].file if exercises else "FILE",
        table="\n".join(map(_row, exercises)),
        data=_DATA if any("fashion-mnist" in exercise.datasets for exercise in exercises) else "",
    )


_DATA = "grade data fashion-mnist      # the images that some exercises train on, once (30 MB)\n"


def _row(exercise: Exercise) -> str:
    name = f"[{exercise.name}](exercises/{exercise.name}/{TASK_NAME})" if exercise.task else exercise.name
    told = (exercise.summary or exercise.title).replace("|", "\\|").replace("\n", " ")
    return f"| {name} | `{exercise.file}` | {told} |"
