"""Build hook: the course travels inside the wheel as package data, without `solutions/` where `GRADE_WHEEL=students` is set."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CourseHook(BuildHookInterface):
    """Includes `exercises/` and, where they are there and not left out, `solutions/` and `course.toml`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folders and the places that they get in the wheel."""
        if version == "editable":
            return  # an editable install finds the course beside the package
        for_whom = os.environ.get("GRADE_WHEEL", "")
        if for_whom not in ("", "students"):  # a misspelt word must not put the solutions into a wheel for students
            raise ValueError(f"GRADE_WHEEL is {for_whom!r}; it can be 'students', or be left out")
        course_file = Path(self.root) / "course.toml"
        if course_file.is_file() and not for_whom:
            build_data["force_include"][str(course_file)] = "grader/course/course.toml"
        for name in ("exercises",) if for_whom else ("exercises", "solutions"):
            for path in sorted((Path(self.root) / name).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    inside = path.relative_to(self.root).as_posix()
                    build_data["force_include"][str(path)] = f"grader/course/{inside}"
