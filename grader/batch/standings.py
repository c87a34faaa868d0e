"""What each student gets: what was measured, under the weights that hold, less what lateness costs, and what a person has decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import msgspec

from grader.batch.folder import BatchFolder
from grader.batch.records import Kept, Published, Standing
from grader.batch.store import Store
from grader.batch.weights import Weights, weigh
from grader.course_file import CourseFile
from grader.exercise import Exercise
from grader.gradebook.late import hours_text, judge_lateness
from grader.gradebook.records import CheckGrade, Grade, Override
from grader.gradebook.settling import settle
from grader.intake.records import Intake, Student
from grader.records import Result
from grader.render.words import points_of, points_text

Place = tuple[str, str]  # key of the student, name of the exercise


class Standings:
    """The grades of a batch, made from its store; results are read one at a time, since a thousand of them with pictures are large.

    Args:
        exercises: those that were graded, by name.
        rules: due dates and late policy.
    """

    def __init__(self, store: Store, folder: BatchFolder, exercises: Mapping[str, Exercise], rules: CourseFile) -> None:
        self._store = store
        self._folder = folder
        self._exercises = exercises
        self._rules = rules
        self.intake: Intake = store.intake or Intake(layout="", exercises=(), students=(), hand_ins=())
        self.weights: Weights = store.weights
        self._overrides = store.overrides()
        self._most: dict[str, Decimal] = {}  # by exercise
        self._students = {student.key: student for student in self.intake.students}

    def grades(self) -> Iterator[tuple[Grade, Result | None]]:
        """Yield the grade of each student and exercise, with the weighted result that it comes from; who is missing comes last."""
        for standing in self._store.standings():
            if standing.hand_in.student in self._students and standing.hand_in.exercise in self._exercises:
                kept = self._store.result(standing.fingerprint) if standing.fingerprint else None
                yield self._grade(standing, kept)
        for student, exercise in self.intake.missing:
            if exercise in self._exercises:
                yield self._without_result(self._students[student], exercise, "missing", "nothing was handed in"), None

    def _grade(self, standing: Standing, kept: Kept | None) -> tuple[Grade, Result | None]:
        hand_in = standing.hand_in
        student = self._known_as(standing)
        if kept is None:
            outcome = "grader_error" if standing.is_fault or not standing.problem else "unreadable"
            remark = standing.problem or "not graded yet"
            grade = self._without_result(student, hand_in.exercise, outcome, remark)
            return msgspec.structs.replace(grade, handed_in=hand_in.handed_in, late=hand_in.late), None
        result = weigh(kept.result, self.weights.get(hand_in.exercise, {}))
        result = msgspec.structs.replace(result, student=student.name)
        late = judge_lateness(self._rules.late, self._rules.due.get(hand_in.exercise), hand_in.handed_in, hand_in.late)
        overrides = self._overrides.get((student.key, hand_in.exercise), ())
        grade = Grade(
            student=student,
            exercise=hand_in.exercise,
            title=result.title,
            points=settle(result.points, late.kept, overrides, result.max_points),
            max_points=result.max_points,
            earned=result.points,
            outcome=result.outcome.value,
            kept=late.kept,
            hours_late=late.hours,
            handed_in=hand_in.handed_in,
            late=hand_in.late,
            overrides=overrides,
            checks=tuple(map(_check_grade, result.checks)),
            remark=late.remark,
            report=self._folder.relative(self._folder.report(student.key, hand_in.exercise)),
        )
        return grade, result

    def _without_result(self, student: Student, exercise: str, outcome: str, remark: str) -> Grade:
        overrides = self._overrides.get((student.key, exercise), ())
        most = self._most_points(exercise)
        return Grade(
            student=student,
            exercise=exercise,
            title=self._exercises[exercise].title,
            points=settle(Decimal(0), Decimal(1), overrides, most),
            max_points=most,
            earned=Decimal(0),
            outcome=outcome,
            overrides=overrides,
            remark=remark,
        )

    def _most_points(self, exercise: str) -> Decimal:
        """Return what an exercise is worth under the weights that hold: as some result of it says, else as the course does."""
        if exercise not in self._most:
            self._most[exercise] = self._find_most_points(exercise)
        return self._most[exercise]

    def _find_most_points(self, exercise: str) -> Decimal:
        weights = self.weights.get(exercise, {})
        if weights:
            for standing in self._store.standings():
                kept = self._store.result(standing.fingerprint) if standing.hand_in.exercise == exercise else None
                if kept is not None:
                    return weigh(kept.result, weights).max_points
        return self._exercises[exercise].points

    def _known_as(self, standing: Standing) -> Student:
        """Return the student as the platform knows them in this assignment."""
        student = self._students[standing.hand_in.student]
        ids = standing.hand_in.ids
        return msgspec.structs.replace(student, ids={**student.ids, **ids}) if ids else student


def _check_grade(check: object) -> CheckGrade:
    return msgspec.convert(check, CheckGrade, from_attributes=True)


class Change(msgspec.Struct, frozen=True):
    """A grade that is not what its student was last told; `before` is None where nothing was told yet."""

    grade: Grade
    before: Published | None


def changes_of(grades: Sequence[Grade], published: Mapping[Place, Published]) -> list[Change]:
    """Return the grades that are to be told, in their order."""
    changes = []
    for grade in grades:
        before = published.get((grade.student.key, grade.exercise))
        if before is None or (before.points, before.max_points) != (grade.points, grade.max_points) or before.outcome != grade.outcome:
            changes.append(Change(grade, before))
    return changes


def as_published(grade: Grade, before: Published | None) -> Grade:
    """Return a grade as it was last told."""
    if before is None:
        return grade
    return msgspec.structs.replace(grade, points=before.points, max_points=before.max_points, outcome=before.outcome)


def notes_for_student(grade: Grade) -> list[str]:
    """Return what a student's report says beside the checks: what became of their points, each step of it."""
    notes = []
    if grade.kept != 1:
        share = f"{float(grade.kept):.0%}"
        late = hours_text(grade.hours_late or 0)
        notes.append(f"Handed in {late} late: {share} of the {points_text(grade.earned)} points are kept.")
    notes += [_override_note(override) for override in grade.overrides]
    if notes:
        notes.append(f"This counts as {points_of(grade.points, grade.max_points)}.")
    return notes


def _override_note(override: Override) -> str:
    if override.absolute:
        return f"Set to {points_text(override.amount)} points by your instructor."
    sign = "+" if override.amount >= 0 else "−"
    return f"Changed by your instructor: {sign}{points_text(abs(override.amount))}."
