"""Build hook: the course travels inside the wheel as package data; a students' copy, without `solutions/`, builds as well."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CourseHook(BuildHookInterface):
    """Includes `exercises/` and, where they are there, `solutions/` and `course.toml`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folders and the places that they get in the wheel."""
        if version == "editable":
            return  # an editable install finds the course beside the package
        course_file = Path(self.root) / "course.toml"
        if course_file.is_file():
            build_data["force_include"][str(course_file)] = "grader/course/course.toml"
        for name in ("exercises", "solutions"):
            for path in sorted((Path(self.root) / name).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    inside = path.relative_to(self.root).as_posix()
                    build_data["force_include"][str(path)] = f"grader/course/{inside}"
