"""Zips that bring each student the report: named so that Moodle and Canvas know whose each is."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from grader.faults import UsageError
from grader.gradebook.files import GradeFile, Remarks
from grader.gradebook.records import Grade
from grader.intake.records import Student

REPORT_NAME = "report.html"
# What Moodle calls a participant who is to stay unknown; its importer does not look at the name.
_NOBODY = "Participant"
# What Moodle leaves out of names of folders itself, and what Windows does not take.
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|&`\']')
_LONGEST_NAME = 100
# The same grades give the same bytes: a zip holds no time before 1980, so this stands for none.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o100644 << 16
# lovelaceada_LATE_123_456_calculator.py, or anon_x1y2_456_calculator.py
_CANVAS_NAME = re.compile(r"(?P<prefix>(?:LATE_)?anon_[^_]+_\d+_|.+?_(?:LATE_)?\d+_\d+_).+", re.ASCII)


def moodle_feedback(grades: Sequence[Grade], folder: Path) -> GradeFile:
    """Return the zip for "Upload multiple feedback files in a zip": a folder a student, as in Moodle's own download.

    Args:
        grades: of one exercise; those without a report are left out.
        folder: the one that the paths of the reports start from.

    Raises:
        UsageError: a report cannot be read.
    """
    remarks = Remarks()
    files: dict[str, bytes] = {}
    for grade in _with_report(grades, remarks):
        number = re.search(r"\d+$", grade.student.ids.get("moodle", "").strip(), re.ASCII)
        if number is None:
            remarks.add(
                grade.exercise,
                "no report returned, for the number that Moodle knows the student by is unknown",
                grade.student,
            )
            continue
        name = f"{_folder_name(grade.student)}_{number[0]}_assignsubmission_file/{REPORT_NAME}"
        files[name] = _read_report(folder, grade)
    return GradeFile(_zip(files), remarks.sentences)


def canvas_feedback(grades: Sequence[Grade], folder: Path, sources: Mapping[tuple[str, str], str]) -> GradeFile:
    """Return the zip for "Upload Submissions" of one assignment of Canvas: flat, named like the files that it exported.

    Args:
        grades: of one exercise; those without a report are left out.
        folder: the one that the paths of the reports start from.
        sources: (key of the student, exercise) -> where the hand-in stood in Canvas's own zip.

    Raises:
        UsageError: a report cannot be read.
    """
    remarks = Remarks()
    files: dict[str, bytes] = {}
    for grade in _with_report(grades, remarks):
        source = sources.get((grade.student.key, grade.exercise), "")
        match = _CANVAS_NAME.fullmatch(PurePosixPath(source).name)
        if match is None:
            remarks.add(grade.exercise, "no report returned, for the hand-in has no name of Canvas", grade.student)
            continue
        files[match["prefix"] + REPORT_NAME] = _read_report(folder, grade)
    return GradeFile(_zip(files), remarks.sentences)


def _with_report(grades: Sequence[Grade], remarks: Remarks) -> Iterator[Grade]:
    for grade in grades:
        if grade.report and grade.outcome != "grader_error":
            yield grade
        else:
            remarks.add(grade.exercise, "no report returned, for there is none", grade.student)


def _folder_name(student: Student) -> str:
    """Return the name as part of a folder's name: the importer splits at underscores and skips what begins with a dot or tilde."""
    name = unicodedata.normalize("NFC", student.name).replace("_", " ")
    name = "".join(" " if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character for character in name)
    name = " ".join(_NOT_IN_NAMES.sub("", name).split())[:_LONGEST_NAME]
    return name.lstrip(".~ ").rstrip(". ") or _NOBODY


def _read_report(folder: Path, grade: Grade) -> bytes:
    path = folder / grade.report
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UsageError("the report lies outside the folder of the batch", where=str(path), cure="Grade again.")
    try:
        return path.read_bytes()
    except OSError as error:
        cure = "Grade again, or name the folder that holds the reports."
        raise UsageError(f"a report cannot be read: {error.strerror}", where=str(path), cure=cure) from error


def _zip(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.create_system = 3  # Unix, on every machine
            entry.external_attr = _READABLE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()
