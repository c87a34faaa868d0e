"""What of a course is needed to grade one exercise elsewhere: its public and its secret folder, and what holds for it of `course.toml`."""

from __future__ import annotations

from pathlib import Path

from grader.course import Course
from grader.course_file import COURSE_FILE_NAME, CourseFile, read_course_file
from grader.exercise import Exercise
from grader.packaging.archives import File

# Wrong files that prove the suite, and what Python, pytest and the grader leave behind: none of them is needed to grade.
_NOT_NEEDED = ("mistakes", "__pycache__")


def course_files(course: Course, exercise: Exercise) -> dict[str, File]:
    """Return the files of a course that has this exercise alone, by their paths in its folder.

    Raises:
        UsageError: `course.toml` is broken.
    """
    files = _files_below(exercise.folder, f"exercises/{exercise.name}")
    if exercise.secret_folder is not None:
        files.update(_files_below(exercise.secret_folder, f"solutions/{exercise.name}"))
    if (course.root / COURSE_FILE_NAME).is_file():
        # Not the file itself: it names exercises that are not there, and those are refused.
        files[COURSE_FILE_NAME] = File(_course_toml(read_course_file(course), exercise.name).encode())
    return files


def _files_below(folder: Path, inside: str) -> dict[str, File]:
    found = {}
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        needed = path.suffix != ".pyc" and not any(part in _NOT_NEEDED or part.startswith(".") for part in parts)
        if needed and path.is_file():
            found["/".join((inside, *parts))] = File(path.read_bytes())
    return found


def _course_toml(rules: CourseFile, name: str) -> str:
    """Return a `course.toml` that says the same of the exercise `name`."""
    steps = ", ".join(f"{{hours = {step.hours!r}, keep = {step.keep}}}" for step in rules.late.steps)
    lines = [
        f"title = {_toml_text(rules.title)}",
        f"late = [{steps}]",
        f"grace_minutes = {rules.late.grace.total_seconds() / 60!r}",
    ]
    if name in rules.due:
        lines += ["", "[due]", f"{_toml_text(name)} = {rules.due[name].isoformat()}"]
    if rules.gradescope:
        lines += ["", "[gradescope]", *(f"{disclosure.value} = {_toml_text(chosen)}" for disclosure, chosen in rules.gradescope.items())]
    return "\n".join(lines) + "\n"


def _toml_text(text: str) -> str:
    """Return a text as TOML writes it in quotes."""
    return '"' + "".join(_toml_character(character) for character in text) + '"'


def _toml_character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return f"\\u{ord(character):04x}" if character < " " or character == "\x7f" else character
