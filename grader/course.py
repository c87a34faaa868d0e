"""Courses: where one is found, and its exercises.

A course is any folder that holds `exercises/` and, at the instructor's, `solutions/`. Each exercise is read when it
is first asked for, so one broken `exercise.toml` never stands in the way of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.exercise import CONFIG_NAME, Exercise
from grader.exercise_file import read_exercise
from grader.faults import UsageError
from grader.toml_file import closest_name


class Exercises(Mapping[str, Exercise]):
    """The exercises of a course by name, in natural order; each is read, once, when it is asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._names = tuple(sorted(_exercise_names(root), key=natural_key))
        self._read: dict[str, Exercise] = {}

    def __getitem__(self, name: str) -> Exercise:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = read_exercise(self._root, name)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True)
class Course:
    """A course: its folder and its exercises. Asking for an exercise raises UsageError where its toml is broken."""

    root: Path
    exercises: Mapping[str, Exercise]


def find_course(explicit: Path | None, env: Mapping[str, str], start: Path) -> Course:
    """Return the course that is meant.

    Args:
        explicit: what `--course` names; it wins.
        env: the environment; `GRADE_COURSE` comes next.
        start: where walking up begins: the first folder that holds `exercises/` with an exercise in it. Last comes
            the course that travels with the package.

    Raises:
        UsageError: the named folder is no course, or none was found.
    """
    if explicit is not None:
        return open_course(explicit, asked_by="--course")
    if env.get("GRADE_COURSE"):
        return open_course(Path(env["GRADE_COURSE"]), asked_by="GRADE_COURSE")
    here = start.resolve()
    for folder in (here, *here.parents):
        if _exercise_names(folder):
            return Course(folder, Exercises(folder))
    bundled = bundled_course()
    if bundled is not None:
        return bundled
    raise UsageError(
        f"no course found: neither {here} nor a folder above it holds `exercises/`",
        cure="Change into the course's folder, or name it with --course DIR or GRADE_COURSE.",
    )


def bundled_course() -> Course | None:
    """Return the course that travels with the package; None where there is none."""
    package = Path(__file__).resolve().parent
    for folder in (package / "course", package.parent):
        if _exercise_names(folder):
            return Course(folder, Exercises(folder))
    return None


def open_course(folder: Path, *, asked_by: str) -> Course:
    """Return the course at `folder`; the UsageError where it is none names `asked_by`."""
    root = folder.expanduser()
    if not root.is_dir():
        problem = "is not a folder" if root.exists() else "does not exist"
        raise UsageError(f"the course folder {str(folder)!r} {problem}", where=asked_by, cure="Check the path.")
    root = root.resolve()
    if not _exercise_names(root):
        inside = next((parent for parent in root.parents if _exercise_names(parent)), None)
        cure = f"Name the folder above it: {inside}" if inside else f"It needs `exercises/NAME/{CONFIG_NAME}`."
        raise UsageError(
            f"{str(folder)!r} is not a course: it holds no `exercises/` with an exercise in it",
            where=asked_by,
            cure=cure,
        )
    return Course(root, Exercises(root))


def find_exercise(course: Course, name: str) -> Exercise:
    """Return the exercise called `name`, which may also be the number that ends its name.

    Raises:
        UsageError: there is none (the closest is suggested), or its `exercise.toml` is broken.
    """
    wanted = name.strip().rstrip("/\\")
    if wanted in course.exercises:
        return course.exercises[wanted]
    numbered = [known for known in course.exercises if wanted.isdecimal() and _last_number(known) == int(wanted)]
    if len(numbered) == 1:
        return course.exercises[numbered[0]]
    if len(numbered) > 1:
        raise UsageError(
            f"{name!r} is the number of several exercises: {', '.join(numbered)}", cure="Give the whole name."
        )
    folder = course.root / "exercises" / wanted
    if wanted.isidentifier() and folder.is_dir():
        raise UsageError(f"the exercise {wanted!r} has no {CONFIG_NAME}", where=str(folder), cure="Add one.")
    closest = closest_name(wanted, course.exercises)
    hint = f"; the closest is {closest!r}" if closest else ""
    raise UsageError(f"no exercise called {name!r}{hint}", cure="`grade list` shows all.")


def working_exercises(course: Course) -> tuple[tuple[Exercise, ...], tuple[UsageError, ...]]:
    """Return the exercises that can be read, and what is wrong with each of the others."""
    working: list[Exercise] = []
    broken: list[UsageError] = []
    for name in course.exercises:
        try:
            working.append(course.exercises[name])
        except UsageError as error:
            broken.append(error)
    return tuple(working), tuple(broken)


def _exercise_names(root: Path) -> tuple[str, ...]:
    try:
        return tuple(path.parent.name for path in (root / "exercises").glob(f"*/{CONFIG_NAME}"))
    except OSError:  # a folder above that may not be read is no course
        return ()


def _last_number(name: str) -> int | None:
    match = re.search(r"(\d+)\D*$", name)
    return int(match[1]) if match else None


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key that puts `exercise2` before `exercise10`."""
    parts = (part for part in re.split(r"(\d+)", name) if part)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part) for part in parts)
