"""A class on the terminal: a line an exercise. Everything else is in the class report."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from grader.gradebook.records import Grade
from grader.gradebook.settling import counts
from grader.render.words import counted, points_text


def print_class(grades: Sequence[Grade], console: Console) -> None:
    """Print what came of each exercise: how many, how many points."""
    for exercise in dict.fromkeys(grade.exercise for grade in grades):
        own = [grade for grade in grades if grade.exercise == exercise]
        console.print(Text(f"{exercise}  {own[0].title}", "bold"), soft_wrap=True)
        for line in _lines(own):
            console.print(Text(f"    {line}"), soft_wrap=True)


def _lines(grades: Sequence[Grade]) -> Iterable[str]:
    graded = [grade for grade in grades if counts(grade)]
    if graded:
        points = [grade.points for grade in graded]
        full = sum(grade.points >= grade.max_points for grade in graded)
        mean, median = statistics.fmean(map(float, points)), statistics.median(points)
        most = points_text(max(grade.max_points for grade in graded))
        yield f"{counted(len(graded), 'submission')}: {mean:.2f} of {most} points on average, median {points_text(median)}, {full} with all"
    for outcome, words in (
        ("cannot_run", "cannot be imported"),
        ("unreadable", "hold no usable file"),
        ("missing", "handed in nothing"),
        ("grader_error", "could not be graded: the same command tries them again"),
    ):
        count = sum(grade.outcome == outcome for grade in grades)
        if count:
            yield f"{count} {words}"
