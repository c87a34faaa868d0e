"""A class for the tests of the class report: made up, the same each time, of any size; with names that want to do harm."""

from __future__ import annotations

import random
from datetime import datetime, timezone
from decimal import Decimal

from sample_results import HOSTILE, make_check, make_result

from grader.gradebook.class_report import Change, ClassReport
from grader.gradebook.records import Grade, Override
from grader.intake.records import Ignored, Student
from grader.records import CheckRecord, Outcome, Result, Verdict
from grader.tally import Tally

EXERCISES = {
    "exercise1": ("A linear layer", 10),
    "exercise2": ("Gather", 13),
    "exercise3": ("The ModuleDict calculator", 16),
    "exercise4": ("Logistic regression by hand", 20),
    "exercise5": ("A CNN on FashionMNIST", 18),
    "exercise6": ("Checkpoints", 12),
}
ODD_NAMES = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "김민준",
    "שרה לוי",
    "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafewarenwohlgepflege",
    "María-José Åkesson-Þórsdóttir van den Heuvel",
    HOSTILE,
)
FIRST = ("Ada", "Alan", "Barbara", "Chen", "Dorothy", "Emmy", "Fatima", "Grace", "Hedy", "Ivan", "Jürgen", "Katherine")
LAST = ("Lovelace", "Turing", "Liskov", "Wei", "Hodgkin", "Noether", "Al-Fihri", "Hopper", "Lamarr", "Petrov", "Müller", "Johnson")
MISTAKES = (
    "layer(x) for x of shape ({n}, 7): the bias is not added",
    "weights.grad: it is {n} times too large; {n} is the batch size. Was it summed rather than averaged?",
    "the result: it is transposed: rows and columns have changed places",
    "layer(x): {n} of 60 values differ, the first at index [0, {n}] (yours: 0.{n} at [0, {n}]), off by up to about {n} % of the largest value expected",
    "the result is None: does every way through the function end in a return statement?",
    "named_parameters() does not list `weights`; it lists w{n}, b{n}",
    "RuntimeError: mat1 and mat2 shapes cannot be multiplied ({n}x7 and 12x7)",
)
MADE = datetime(2026, 3, 2, 14, 5, tzinfo=timezone.utc)


def make_class(count: int = 40, exercises: int = 6, seed: int = 0) -> ClassReport:
    """Return the report of a class of `count` students."""
    chance, tally, grades = random.Random(seed), Tally(), []
    for number in range(count):
        student = _student(number)
        talent = chance.betavariate(4, 1.6)
        for exercise in list(EXERCISES)[:exercises]:
            if number % 17 == 3 or chance.random() < 0.03:
                grades.append(_missing(student, exercise))
                continue
            result = _result(exercise, student, talent, chance)
            tally.add(student.key, result)
            grades.append(_grade(student, result, chance))
    return ClassReport(
        title="Deep learning, spring 2026",
        grades=tuple(grades),
        made=MADE,
        mistakes=tally.mistakes(),
        checks=tally.checks(),
        seconds=tally.seconds,
        facts=tally.facts(),
        changes=(Change(student=_student(1), exercise="exercise1", old=Decimal(7), new=Decimal("8.5"), reason="graded again"),),
        warnings=("Two students are called Ada Lovelace: which of them handed in ada_2.zip?", HOSTILE),
        ignored=(Ignored(source="export/.DS_Store", reason="no submission"), Ignored(source=HOSTILE, reason=HOSTILE)),
        files=(("gradebook/canvas.csv", "Grades for Canvas"),),
    )


def _student(number: int) -> Student:
    name = ODD_NAMES[number] if number < len(ODD_NAMES) else f"{FIRST[number % 12]} {LAST[number // 12 % 12]}"
    return Student(key=f"student-{number:04}", name=name, ids={"canvas": str(70_000 + number), "email": f"s{number}@example.org"})


def _missing(student: Student, exercise: str) -> Grade:
    title, points = EXERCISES[exercise]
    nothing = Decimal(0)
    return Grade(student=student, exercise=exercise, title=title, points=nothing, max_points=Decimal(points), earned=nothing, outcome="missing")


def _result(exercise: str, student: Student, talent: float, chance: random.Random) -> Result:
    title, points = EXERCISES[exercise]
    if chance.random() < 0.03:
        return make_result(exercise=exercise, title=title, student=student.key, outcome=Outcome.CANNOT_RUN, seconds=0.1)
    checks, wrong = [], ""
    for place in range(points // 2):
        hard = talent - 0.05 * place
        passed = chance.random() < hard + 0.25
        if not passed and not wrong:
            wrong = chance.choice(MISTAKES)
        checks.append(_check(exercise, place, passed, wrong, chance))
    return make_result(*checks, exercise=exercise, title=title, student=student.key, seconds=0.2 + 3 * chance.random() ** 4)


def _check(exercise: str, place: int, passed: bool, wrong: str, chance: random.Random) -> CheckRecord:
    title = f"The promise number {place + 1} of {EXERCISES[exercise][0]} is kept"
    if passed:
        return make_check(title)
    roll = chance.random()
    if roll < 0.12:
        return make_check(title, Verdict.NOT_RUN)
    if roll < 0.2:
        return make_check(title, Verdict.NOT_IMPLEMENTED)
    if roll < 0.3:
        return make_check(title, Verdict.PARTIAL, points=Decimal(1), message="the accuracy is 81.3 %; 85 % give all points")
    where = f"solution.py:{chance.randrange(60)}, MyLinear.forward"
    return make_check(title, Verdict.FAILED, message=wrong.format(n=chance.randrange(3, 60)), where=where)


def _grade(student: Student, result: Result, chance: random.Random) -> Grade:
    hours = 5.5 if chance.random() < 0.08 else 0.0
    changed = chance.random() < 0.02
    most = Decimal(EXERCISES[result.exercise][1])
    overrides = (Override(amount=Decimal(1), absolute=False, reason="the task was unclear", when=MADE),) if changed else ()
    roll = chance.random()
    outcome = "unreadable" if roll < 0.005 else "grader_error" if roll < 0.01 else result.outcome.value
    points = Decimal(0) if outcome != "graded" else result.points
    kept = Decimal("0.9") if hours else Decimal(1)
    return Grade(
        student=student,
        exercise=result.exercise,
        title=result.title,
        points=min(points * kept + changed, most),
        max_points=most,
        earned=points,
        outcome=outcome,
        kept=kept,
        hours_late=hours,
        handed_in=MADE,
        overrides=overrides,
        remark="" if outcome == "graded" else "the suite could not be run",
        report=f"students/{student.key}/{result.exercise}.html",
    )
