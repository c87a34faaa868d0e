"""Canvas's own export comes back with grades in it, and its importer changes these grades and nothing else."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timezone
from decimal import Decimal

import pytest
from gradebook_grades import make_grade, make_student, sample
from gradebook_importers import CanvasCourse, CanvasStudent

from grader.faults import UsageError
from grader.gradebook.canvas import fill_gradebook
from grader.gradebook.records import Override

COURSE = CanvasCourse(
    assignments={301: "Exercise 3: The ModuleDict calculator", 330: "Exercise 30, advanced", 302: "MyLinear"},
    students={
        17: CanvasStudent("Ada Lovelace", "Lovelace, Ada", "s001", "ada@uni.example"),
        18: CanvasStudent("민준 김", "김, 민준", "s002", "minjun"),
        19: CanvasStudent("=SUM(1)", "=SUM(1)", "s003", "sum"),
        20: CanvasStudent("Alex Smith", "Smith, Alex", "s004", "alex1"),
        21: CanvasStudent("Alex Smith", "Smith, Alex", "s005", "alex2"),
        22: CanvasStudent('Robert O\'Brien "Bob"', "", "s006", "bob"),
        23: CanvasStudent("Grace Hopper", "", "s007", "grace"),
        24: CanvasStudent("Alan Turing", "", "s008", "alan"),
    },
    scores={(18, 301): "7.5", (18, 330): "12.0", (18, 302): "4.0", (22, 330): "EX", (24, 301): "6.0", (24, 302): "3.0"},
    not_assigned=frozenset({(23, 301), (23, 302)}),
)
SEMICOLONS = CanvasCourse(
    assignments={301: "Übung 3", 304: "Übung 4; zweiter Teil"},
    students={31: CanvasStudent("Jörg Müller"), 32: CanvasStudent("Liu Wei"), 33: CanvasStudent("Zoë Æon")},
    scores={(32, 301): "3.5"},
)
ADA = make_student("Ada Lovelace", canvas="17")
MINJUN = make_student("김민준", canvas="18")
SUM = make_student("=SUM(1)", "sum", canvas="19")
ALEX = make_student("Alex Smith", "alex-2", canvas="21")
BOB = make_student("Robert", canvas="22")
GRACE = make_student("Grace Hopper", canvas="23")
ALAN = make_student("Alan Turing", canvas="24")


def rows_of(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_grades_of_two_exercises_arrive_and_nothing_else_changes() -> None:
    grades = [
        *(make_grade(student) for student in (ADA, MINJUN, SUM, ALEX, BOB)),
        make_grade(ADA, "4", "exercise1", title="MyLinear", max_points=Decimal(5)),
    ]

    filled = fill_gradebook(sample("canvas_sis.csv"), grades)

    assert COURSE.load(filled.content) == {
        (17, 301): "8.50", (18, 301): "8.50", (19, 301): "8.50", (21, 301): "8.50", (22, 301): "8.50", (17, 302): "4.00",
    }  # fmt: skip
    assert filled.remarks == ("exercise3: another grade stood in the export and is replaced: 김민준",)


def test_every_other_byte_of_a_kept_line_is_as_it_was() -> None:
    export = sample("canvas_sis.csv")

    filled = fill_gradebook(export, [make_grade(SUM), make_grade(BOB)]).content

    lines = export.splitlines(keepends=True)
    kept = [
        lines[0],
        lines[1],
        lines[2],
        lines[5].replace(b"Lab B,,,,", b"Lab B,,8.50,,"),
        lines[8].replace(b"A,,,EX", b"A,,8.50,EX"),
    ]
    assert filled == b"".join([*lines[:3], *kept[3:]])


def test_who_has_no_grade_is_left_out_since_an_empty_cell_would_be_a_change() -> None:
    nothing = make_grade(ALAN, "0", outcome="missing")
    ours = make_grade(MINJUN, "0", outcome="grader_error")

    filled = fill_gradebook(sample("canvas_sis.csv"), [make_grade(ADA), nothing, ours])

    assert [row[0] for row in rows_of(filled.content)[3:]] == ["Lovelace, Ada"]
    assert filled.remarks == (
        "exercise3: no grade written, since nothing was handed in: Alan Turing (alan-turing)",
        "exercise3: no grade written, since it could not be graded: 김민준",
    )


def test_a_person_may_decide_for_who_handed_in_nothing() -> None:
    decided = Override(
        amount=Decimal(5), absolute=True, reason="oral", when=datetime(2026, 11, 20, tzinfo=timezone.utc)
    )

    filled = fill_gradebook(sample("canvas_sis.csv"), [make_grade(ADA, "5", outcome="missing", overrides=(decided,))])

    assert COURSE.load(filled.content) == {(17, 301): "5.00"}


def test_a_student_who_is_excused_or_has_not_the_assignment_keeps_the_cell() -> None:
    grades = [make_grade(GRACE), make_grade(BOB, "20", "exercise30", title="Advanced", max_points=Decimal(20))]

    filled = fill_gradebook(sample("canvas_sis.csv"), grades)

    assert COURSE.load(filled.content) == {}
    assert len(rows_of(filled.content)) == 3
    assert filled.remarks == (
        "exercise3: not assigned in Canvas (N/A), so it takes no grade: Grace Hopper (grace-hopper)",
        "exercise30: excused in Canvas (EX), left so: Robert (robert)",
    )


def test_semicolons_decimal_commas_mark_and_line_ends_stay() -> None:
    grades = [
        make_grade(make_student("Jörg Müller", login="JM"), title="Übung 3"),
        make_grade(make_student("Liu Wei", sis="m2"), title="Übung 3"),
    ]

    filled = fill_gradebook(sample("canvas_semicolons.csv"), grades).content

    assert SEMICOLONS.load(filled) == {(31, 301): "8.50", (32, 301): "8.50"}
    assert filled.startswith("\ufeffStudent;ID;".encode())
    assert b";Gruppe 1;8,50;;0,00\r\n" in filled


def test_points_are_scaled_to_the_assignment_and_this_is_told() -> None:
    filled = fill_gradebook(
        sample("canvas_without_sis.csv"), [make_grade(ADA, "9.999"), make_grade(make_student("Alan Turing"), "12")]
    )

    rows = rows_of(filled.content)
    assert [row[4] for row in rows[2:]] == ["99.99", "120.00"]
    assert filled.remarks == ("exercise3: scaled, for it is worth 10 points here, 100 in Canvas",)


@pytest.mark.parametrize(
    ("student", "row"),
    [
        pytest.param(make_student("Somebody", canvas="21"), 21, id="by the id of Canvas"),
        pytest.param(make_student("Somebody", sis="s005"), 21, id="by the id of the register"),
        pytest.param(make_student("Somebody", login="ALEX2"), 21, id="by the login"),
        pytest.param(make_student("Somebody", email="Ada@uni.example"), 17, id="by a login that is the address"),
        pytest.param(make_student("ada  LOVELACE"), 17, id="by a name that nobody else has"),
        pytest.param(make_student("Lovelace, Ada"), 17, id="by the name as Canvas sorts it"),
        pytest.param(make_student("=SUM(1)"), 19, id="by a name that Canvas guards"),
        pytest.param(
            make_student("\u1100\u1175\u11b7, \u1106\u1175\u11ab\u110c\u116e\u11ab"),
            18,
            id="by a name in letters taken apart",
        ),
        pytest.param(
            make_student("Ada Lovelace", canvas="17", email="ada@home.example"), 17, id="whatever the address"
        ),
    ],
)
def test_a_student_is_found(student, row) -> None:
    assert COURSE.load(fill_gradebook(sample("canvas_sis.csv"), [make_grade(student)]).content) == {(row, 301): "8.50"}


@pytest.mark.parametrize(
    ("students", "why"),
    [
        pytest.param(
            [make_student("Alex Smith")], "not found by an id, and several have this name", id="two rows of the name"
        ),
        pytest.param(
            [make_student("Ada Lovelace", "a1"), make_student("Ada Lovelace", "a2")],
            "several have this name",
            id="two students",
        ),
        pytest.param(
            [make_student("Ada Lovelace", canvas="99")], "the file has the name, but with another id", id="another id"
        ),
        pytest.param(
            [make_student("Ada", canvas="17", login="minjun")], "the ids lead to different rows", id="two rows"
        ),
        pytest.param(
            [make_student("Ada", canvas="99", login="minjun")],
            "the ids lead to different rows",
            id="a login of another",
        ),
        pytest.param(
            [make_student("A", canvas="17"), make_student("B", sis="s001")],
            "two students fit one row",
            id="one row for two",
        ),
        pytest.param([make_student("Nobody")], "not in the file", id="not there"),
        pytest.param([make_student("")], "not in the file", id="no name at all"),
    ],
)
def test_a_student_who_is_not_certain_is_left_out_and_named(students, why) -> None:
    filled = fill_gradebook(sample("canvas_sis.csv"), [make_grade(student) for student in students])

    assert COURSE.load(filled.content) == {}
    assert why in filled.remarks[0]


@pytest.mark.parametrize(
    ("header", "exercise", "title", "found"),
    [
        pytest.param("Exercise 3 (7),Exercise 30 (8)", "exercise3", "", "Exercise 3 (7)", id="not a longer number"),
        pytest.param(
            "Exercise 03: gather (7),Other (8)", "exercise3", "", "Exercise 03: gather (7)", id="a leading zero"
        ),
        pytest.param(
            "Exercise 3 (7),Exercise 3 again (8)", "exercise3", "", "Exercise 3 (7)", id="the whole title wins"
        ),
        pytest.param(
            "Week 2 - MyLinear (7),Other (8)", "exercise1", "MyLinear", "Week 2 - MyLinear (7)", id="by its title"
        ),
        pytest.param(
            "Gather opinions (7),Exercise 2 (8)",
            "exercise2",
            "gather",
            "Exercise 2 (8)",
            id="the name says more than a common title",
        ),
        pytest.param("선형 층 (7),Other (8)", "exercise1", "선형 층", "선형 층 (7)", id="in Korean"),
    ],
)
def test_the_column_is_found_by_its_title(header: str, exercise: str, title: str, found: str) -> None:
    export = f"Student,ID,SIS Login ID,Section,{header}\nPoints Possible,,,,10,10\nAda,17,ada,A,,\n".encode()

    first, *_, last = rows_of(fill_gradebook(export, [make_grade(ADA, exercise=exercise, title=title)]).content)

    assert last[first.index(found)] == "8.50"


@pytest.mark.parametrize("name", ["Exercise 30, advanced (330)", "Exercise 30, advanced", "330"])
def test_the_instructor_may_say_which_column(name: str) -> None:
    filled = fill_gradebook(sample("canvas_sis.csv"), [make_grade(ADA)], {"exercise3": name})

    assert COURSE.load(filled.content) == {(17, 330): "17.00"}


@pytest.mark.parametrize(
    ("columns", "exercise", "words"),
    [
        pytest.param({}, "exercise7", "no column has 'exercise7'", id="missing"),
        pytest.param({}, "exercise 3 0", "no column has", id="another number"),
        pytest.param({}, "exercise", "several columns could be that of exercise", id="ambiguous"),
        pytest.param({"exercise3": "Exercise 4"}, "exercise3", "no column called 'Exercise 4'", id="not there"),
        pytest.param(
            {"exercise3": "Final Score"}, "exercise3", "Canvas takes no grades in the column 'Final Score'", id="a sum"
        ),
        pytest.param(
            {"exercise3": "Notes"}, "exercise3", "takes no grades in the column 'Notes'", id="not an assignment"
        ),
        pytest.param({"exercice3": "MyLinear"}, "exercise3", "no grades for 'exercice3'", id="a misspelt exercise"),
    ],
)
def test_a_column_is_never_made_up(columns, exercise: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        fill_gradebook(
            sample("canvas_sis.csv"), [make_grade(ADA, exercise=exercise, title="")], columns, where="grades.csv"
        )

    assert words in caught.value.cause
    assert "'Exercise 3: The ModuleDict calculator (301)'" in caught.value.cure or "'exercise3'" in caught.value.cure


def test_a_column_that_is_read_only_is_called_so() -> None:
    export = (
        b"Student,ID,SIS Login ID,Section,exercise3 (4),Other (5)\nPoints Possible,,,,(read only),10\nAda,17,ada,A,,\n"
    )

    with pytest.raises(UsageError, match=r"takes no grades in the column 'exercise3 \(4\)': it is read only"):
        fill_gradebook(export, [make_grade(ADA)])


def test_two_exercises_do_not_share_a_column() -> None:
    grades = [make_grade(ADA), make_grade(ADA, exercise="exercise4")]

    with pytest.raises(UsageError, match="exercise3 and exercise4 both lead to the column"):
        fill_gradebook(sample("canvas_sis.csv"), grades, {"exercise4": "301"})


@pytest.mark.parametrize(
    ("export", "words"),
    [
        pytest.param(b"", "no gradebook of Canvas", id="empty"),
        pytest.param(b"name,grade,a,b\n", "no gradebook of Canvas", id="another table"),
        pytest.param(b"Student,ID,SIS Login ID,MyLinear (3)\n", "column Section", id="no section"),
        pytest.param(b"Student,ID,Section,MyLinear (3)\nAda\n", "a row has 1 cells", id="cut off"),
        pytest.param(
            b"Student,ID,Section,exercise3 (3)\nAda,17,A\n",
            "a row has 3 cells, where 4 are needed",
            id="no cell for the grade",
        ),
        pytest.param(b"\xff\xfeS\x00t\x00", "no gradebook", id="another encoding"),
        pytest.param(b"\xff\xfeS", "not utf-16-le", id="a broken encoding"),
    ],
)
def test_what_is_no_gradebook_is_refused(export: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        fill_gradebook(export, [make_grade(ADA)])


def test_last_and_first_names_apart_are_read() -> None:
    export = (
        b"LastName,FirstName,ID,SIS Login ID,Section,exercise3 (4)\nPoints Possible,,,,,10\nLovelace,Ada,17,ada,A,\n"
    )

    filled = fill_gradebook(export, [make_grade(make_student("Ada Lovelace"))]).content

    assert rows_of(filled)[2] == ["Lovelace", "Ada", "17", "ada", "A", "8.50"]


def test_a_grade_that_is_there_already_is_left_as_it_is_written() -> None:
    export = b"Student,ID,SIS Login ID,Section,exercise3 (4)\nPoints Possible,,,,10\nAda,17,ada,A,8.5\n"

    assert fill_gradebook(export, [make_grade(ADA)]).content == export
