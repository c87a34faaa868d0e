"""Reports and grade files: made from the store, and only ever of what is published."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import msgspec

from grader.batch.folder import BatchFolder
from grader.batch.records import Published
from grader.batch.standings import Change, Place, as_published, notes_for_student
from grader.batch.store import Store, now
from grader.gradebook.canvas import fill_gradebook
from grader.gradebook.feedback import canvas_feedback, moodle_feedback
from grader.gradebook.files import GradeFile, write_grade_file
from grader.gradebook.moodle import fill_worksheet
from grader.gradebook.plain import grades_csv, grades_jsonl
from grader.gradebook.records import Grade
from grader.intake.records import Intake, Student
from grader.records import Audience, Record, Result
from grader.render.audience import redact

_NONE, _ONE = Decimal(0), Decimal(1)


class Exported(Record, frozen=True, kw_only=True):
    """A file that the platform exported and that the grades go back in; its content is kept, so that it can be filled in again.

    Attributes:
        platform: `canvas` or `moodle`.
        exercise: the one that a worksheet is for; empty for a gradebook of many.
        name: what the file was called.
        columns: what `--column` says: exercise, or role, -> header.
    """

    platform: str
    name: str
    content: bytes
    exercise: str = ""
    columns: Mapping[str, str] = {}


def write_result(folder: BatchFolder, student: str, result: Result) -> None:
    """Write the whole result for the instructor."""
    from grader.render.as_json import to_json
    from grader.render.write import write_report

    path = folder.result(student, result.exercise)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_report(path, to_json(result))


def write_student_report(folder: BatchFolder, student: str, result: Result, grade: Grade | None = None) -> None:
    """Write the report that the student may read, with what became of the points where that is known."""
    from grader.render.as_html import write_html

    if grade is not None:
        result = msgspec.structs.replace(result, notes=(*result.notes, *notes_for_student(grade)))
    path = folder.report(student, result.exercise)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_html(redact(result, Audience.STUDENT), path)


def publish(store: Store, changes: Iterable[Change]) -> None:
    """Note that students are told of these changes."""
    when = now()
    store.publish(
        Published(
            student=change.grade.student.key,
            exercise=change.grade.exercise,
            points=change.grade.points,
            max_points=change.grade.max_points,
            outcome=change.grade.outcome,
            when=when,
        )
        for change in changes
    )


def try_exported(exported: Iterable[Exported], exercises: Iterable[str]) -> None:
    """Try whether grades will find their columns: better before an evening of grading than after it.

    Raises:
        UsageError: they will not.
    """
    nobody = Student(key="", name="")
    grades = [
        Grade(student=nobody, exercise=name, title=name, points=_NONE, max_points=_ONE, earned=_NONE, outcome="graded")
        for name in exercises
    ]
    for one in exported:
        _filled(one, grades)


def write_grade_files(
    folder: BatchFolder, store: Store, grades: Sequence[Grade], told: Collection[Place]
) -> tuple[list[Path], list[str]]:
    """Write all files that grades go back in; return the paths, and what a person should know of them.

    Args:
        told: the grades that are told now; the others stay what they were when they were told.

    Raises:
        UsageError: an exported file does not fit the class.
    """
    published = store.published()
    shown = [
        grade if (place := (grade.student.key, grade.exercise)) in told else as_published(grade, published.get(place))
        for grade in grades
    ]
    files = {"grades.csv": grades_csv(shown), "grades.jsonl": grades_jsonl(shown)}
    for exported in store.fact("exported", dict[str, Exported], {}).values():
        files |= _filled(exported, shown)
    files |= _feedback(folder, store.intake, shown)
    remarks: dict[str, None] = {}
    for name, file in files.items():
        write_grade_file(folder.root / name, file)
        remarks |= {f"{name}: {remark}": None for remark in file.remarks}
    return [folder.root / name for name in files], list(remarks)


def _filled(exported: Exported, grades: Sequence[Grade]) -> dict[str, GradeFile]:
    if exported.platform == "canvas":
        filled = fill_gradebook(exported.content, grades, exported.columns, where=exported.name)
        return {"canvas.csv": filled}
    chosen = [grade for grade in grades if grade.exercise == exported.exercise]
    filled = fill_worksheet(exported.content, chosen, exported.columns, with_comments=None, where=exported.name)
    return {f"moodle-{exported.exercise}.csv": filled}


def _feedback(folder: BatchFolder, intake: Intake | None, grades: Sequence[Grade]) -> dict[str, GradeFile]:
    """Return the archives of reports that go back to the platform that the class was read from."""
    if intake is None or not {"canvas", "moodle"} & set(intake.layout.split(", ")):
        return {}
    sources = {(one.student, one.exercise): one.sources[0] for one in intake.hand_ins if one.sources}
    files = {}
    for exercise in intake.exercises:
        chosen = [grade for grade in grades if grade.exercise == exercise and (folder.root / grade.report).is_file()]
        if not chosen:
            continue
        if "moodle" in intake.layout:
            files[f"feedback-{exercise}.zip"] = moodle_feedback(chosen, folder.root)
        else:
            files[f"feedback-{exercise}.zip"] = canvas_feedback(chosen, folder.root, sources)
    return files
