"""A file that is handed back, and what its maker has to tell about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.faults import UsageError
from grader.gradebook.records import Grade
from grader.gradebook.settling import counts
from grader.intake.records import Student
from grader.render.clean import visible_line
from grader.render.write import write_bytes

# The option of the command that says which column is meant, for the cures of usage errors.
COLUMN_OPTION = "--column"

_WHY_NOT = {
    "missing": "no grade written, since nothing was handed in",
    "unreadable": "no grade written, since what was handed in holds no usable file: decide by an override",
    "grader_error": "no grade written, since it could not be graded",
}


@dataclass(frozen=True)
class GradeFile:
    """A file to hand back.

    Attributes:
        remarks: what a person should know before it is uploaded, one sentence each: who was left out and why, what was scaled.
    """

    content: bytes
    remarks: tuple[str, ...] = ()


def write_grade_file(path: Path, file: GradeFile) -> None:
    """Write the file in one step: nobody ever uploads half of one.

    Raises:
        UsageError: the place cannot be written.
    """
    try:
        write_bytes(path, file.content)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        cure = "Name a file in a folder that exists and that you may write to."
        raise UsageError(f"the grades cannot be written: {reason}", where=str(path), cure=cure) from error


class Remarks:
    """Collects what there is to tell; students whom the same thing happened to share a sentence."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[str]] = {}

    def add(self, about: str, what: str, *students: Student) -> None:
        """Note that `what` holds for `about`, an exercise or nothing, and for these students."""
        names = self._found.setdefault((about, what), [])
        names.extend(name for name in map(shown_name, students) if name not in names)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One sentence each, in the order in which they were first noted."""
        return tuple(_sentence(about, what, names) for (about, what), names in self._found.items())


def _sentence(about: str, what: str, names: Sequence[str]) -> str:
    return (f"{about}: " if about else "") + what + (f": {', '.join(names)}" if names else "")


def shown_name(student: Student) -> str:
    """Return the name by which a person finds the student, on one line; the key goes along, since two may share a name."""
    name = visible_line(student.name, 80)
    return name if name == student.key or not student.key else f"{name} ({visible_line(student.key, 80)})".strip()


def grades_to_hand_back(grades: Iterable[Grade], remarks: Remarks) -> tuple[Grade, ...]:
    """Return the grades that count, and note why the others do not.

    Raises:
        ValueError: a student has two grades for an exercise.
    """
    kept: dict[tuple[str, str], Grade] = {}
    for grade in grades:
        place = grade.exercise, grade.student.key
        if place in kept:
            raise ValueError(f"two grades for {place}")
        kept[place] = grade
        if not counts(grade):
            remarks.add(
                grade.exercise, _WHY_NOT.get(grade.outcome, f"no grade written ({grade.outcome})"), grade.student
            )
    return tuple(grade for grade in kept.values() if counts(grade))


def listed_headers(header: Iterable[str]) -> str:
    """Return the headers of a file as a list for a cure."""
    return ", ".join(repr(visible_line(name, 80)) for name in header if name)
