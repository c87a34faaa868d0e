"""What is known of a class's hand-ins once an export has been read; plain records that the batch keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from grader.records import Record


class Student(Record, frozen=True, kw_only=True):
    """A student as the platform and the roster know them.

    Attributes:
        key: unique within the class, stable from run to run, fit for the name of a folder and for a command line.
        name: as a person would write it.
        ids: what tools know the student by, kind -> id; the kinds are `canvas` (user id), `sis`, `login`, `email`,
            `moodle` (participant id, where it is the same in all assignments), `blackboard` (user name), `github`, `anonymous`.
    """

    key: str
    name: str
    ids: Mapping[str, str] = {}


class HandIn(Record, frozen=True, kw_only=True):
    """What counts for one student and one exercise.

    Attributes:
        student: key of the student.
        path: the folder for `grader.submission.read_submission`; empty where nothing is laid down: in a dry run, or with a fault.
        sources: where it stood in the export, relative to it, `/` between folders and after the name of an archive.
        handed_in: when, with a time zone; None where the export does not say.
        late: the platform's own mark; None where it has none.
        ids: what the platform calls the student in this assignment, as in `Student`: Moodle numbers students anew in each.
        why: why this one counts, in words: `the only one`, `the latest of 3, by the number that Canvas gave it`.
        others: where the ones that do not count stood.
        fault: why nothing of it can be graded, in words: a damaged archive, a picture; empty where something can.
    """

    student: str
    exercise: str
    path: str
    sources: tuple[str, ...]
    handed_in: datetime | None = None
    late: bool | None = None
    ids: Mapping[str, str] = {}
    why: str = ""
    others: tuple[str, ...] = ()
    fault: str = ""


class Ignored(Record, frozen=True, kw_only=True):
    """A file of the export that counts for nobody, and why; `student` is the key of whoever handed it in, where that is known."""

    source: str
    reason: str
    student: str = ""


class Intake(Record, frozen=True, kw_only=True):
    """All that was read from one export.

    Attributes:
        layout: name of the layout that it was read as.
        students: by their key; with a roster also those who handed in nothing.
        missing: keys of student and exercise where nothing was handed in.
        warnings: what a person should look at: ties, names that the roster does not have, two students of one name.
    """

    layout: str
    exercises: tuple[str, ...]
    students: tuple[Student, ...]
    hand_ins: tuple[HandIn, ...]
    ignored: tuple[Ignored, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
