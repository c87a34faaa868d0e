"""One sentence or two about a grade, for the student: the points, and what came between the checks and the points."""

from __future__ import annotations

from grader.gradebook.late import hours_text
from grader.gradebook.records import Grade
from grader.render.words import points_of


def comment_on(grade: Grade) -> str:
    """Return what the student reads beside the points; reasons of overrides stay with the instructor."""
    parts = [f"{points_of(grade.points, grade.max_points)} points."]
    if grade.kept != 1:
        late = f"{hours_text(grade.hours_late)} late" if grade.hours_late else "late"
        parts.append(
            f"The checks gave {points_of(grade.earned, grade.max_points)}; handed in {late}, {grade.kept:.0%} are kept."
        )
    if grade.overrides:
        parts.append("Changed by hand.")
    return " ".join(parts)
