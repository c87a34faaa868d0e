"""Moodle's own worksheet comes back with grades in it, in any language, and its importer changes these grades and nothing else."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from gradebook_grades import make_grade, make_student, sample
from gradebook_importers import MoodleAssignment, moodle_feedback_files

from grader.faults import UsageError
from grader.gradebook.feedback import canvas_feedback, moodle_feedback
from grader.gradebook.moodle import fill_worksheet
from grader.gradebook.records import Override

ADA = make_student("Ada Lovelace", moodle="1001")
MINJUN = make_student("김민준", moodle="1002")
SUM = make_student("=SUM(1)", "sum", moodle="1003")
ALEX = make_student("Alex Smith", "alex-2", moodle="1005")
BOB = make_student('Robert "Bob" O\'Brien, jr.', "bob", moodle="1006")
GRACE = make_student("Grace Hopper", moodle="1007")

ENGLISH = MoodleAssignment(
    {1001: None, 1002: 7.5, 1003: None, 1004: None, 1005: None, 1006: 4.0, 1007: None}, locked=frozenset({1006})
)


def changed_lines(before: bytes, after: bytes) -> dict[int, tuple[bytes, bytes]]:
    pairs = zip(before.splitlines(keepends=True), after.splitlines(keepends=True), strict=True)
    return {number: pair for number, pair in enumerate(pairs) if pair[0] != pair[1]}


def test_grades_arrive_and_every_other_cell_is_byte_for_byte_the_same() -> None:
    worksheet = sample("moodle_english.csv")
    grades = [make_grade(student) for student in (ADA, MINJUN, SUM, ALEX)] + [make_grade(GRACE, "0", outcome="missing")]

    filled = fill_worksheet(worksheet, grades)

    assert ENGLISH.load(filled.content)[0] == {1001: 8.5, 1002: 8.5, 1003: 8.5, 1005: 8.5}
    changed = changed_lines(worksheet, filled.content)
    assert sorted(changed) == [1, 2, 3, 5]
    for before, after in changed.values():
        assert after in (before.replace(b",,10.00,", b",8.50,10.00,", 1), before.replace(b",7.50,", b",8.50,", 1))
    assert filled.remarks == (
        "exercise3: no grade written, since nothing was handed in: Grace Hopper (grace-hopper)",
        "exercise3: another grade stood in the worksheet and is replaced: 김민준",
    )


def test_a_locked_grade_is_left_and_told() -> None:
    worksheet = sample("moodle_english.csv")

    filled = fill_worksheet(worksheet, [make_grade(BOB)])

    assert filled.content == worksheet
    assert "left out, the grade is locked in Moodle: Robert" in filled.remarks[0]


GERMAN = MoodleAssignment(
    {2001: None, 2002: 12.5, 2003: None}, identifier="ID", grade="Bewertung", modified="Zuletzt geändert (Bewertung)",
    participant="Teilnehmer/in", point=",", comments="Feedback als Kommentar", maximum=20, locked=frozenset({2002}),
)  # fmt: skip
FRENCH = MoodleAssignment(
    {3001: None, 3002: 4.5}, identifier="Identifiant", grade="Note", modified="Dernière modification (note)", point=",",
)  # fmt: skip
SPANISH = MoodleAssignment(
    {4001: None, 4002: None}, identifier="Identificador", grade="Calificación", modified="Última modificación (calificación)",
    participant="Participante",
)  # fmt: skip
ICELANDIC = MoodleAssignment(
    {5001: None, 5002: 3.0}, identifier="Auðkenni", grade="Einkunn", modified="Síðast breytt (einkunn)", participant="Þátttakandi ",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "assignment", "number", "delimiter", "cell", "arrives"),
    [
        pytest.param(
            "moodle_german.csv",
            GERMAN,
            "2001",
            ";",
            b";17,00;20,00;",
            17.0,
            id="German, semicolons, mark, twice the points",
        ),
        pytest.param(
            "moodle_french_anonymous.csv",
            FRENCH,
            "3001",
            ",",
            b',"8,50","10,00"',
            8.5,
            id="French, anonymous, decimal commas",
        ),
        pytest.param(
            "moodle_unknown_language.csv",
            ICELANDIC,
            "5001",
            ",",
            b",8.50,10.00,",
            8.5,
            id="a language that is not known",
        ),
    ],
)
def test_a_worksheet_of_another_language_is_filled(name, assignment, number, delimiter, cell, arrives) -> None:
    worksheet = sample(name)

    filled = fill_worksheet(worksheet, [make_grade(make_student("X", moodle=number))]).content

    assert assignment.load(filled, delimiter)[0] == {int(number): arrives}
    ((_, after),) = changed_lines(worksheet, filled).values()
    assert cell in after


def test_a_worksheet_in_an_older_encoding_keeps_it() -> None:
    filled = fill_worksheet(sample("moodle_spanish_latin1.csv"), [make_grade(make_student("X", moodle="4002"))]).content

    assert SPANISH.load(filled.decode("cp1252").encode())[0] == {4002: 8.5}


def test_quotes_behind_a_backslash_are_read_as_php_wrote_them() -> None:
    worksheet = sample("moodle_backslash.csv")

    filled = fill_worksheet(
        worksheet,
        [make_grade(make_student("Bo", moodle="Participant 6002")), make_grade(make_student("A", moodle="6001"))],
    )

    assert [after for _, after in changed_lines(worksheet, filled.content).values()] == [
        before.replace(b",,10.00", b",8.50,10.00") for before in worksheet.splitlines(keepends=True)[1:]
    ]


@pytest.mark.parametrize(
    ("student", "number"),
    [
        pytest.param(make_student("Somebody", email="ALEX2@uni.example"), 1005, id="by the address"),
        pytest.param(make_student("ada lovelace"), 1001, id="by a name that nobody else has"),
    ],
)
def test_a_student_of_another_platform_is_found(student, number: int) -> None:
    assert ENGLISH.load(fill_worksheet(sample("moodle_english.csv"), [make_grade(student)]).content)[0] == {number: 8.5}


@pytest.mark.parametrize(
    ("student", "why"),
    [
        pytest.param(make_student("Alex Smith"), "several have this name", id="two of the name"),
        pytest.param(make_student("Ada Lovelace", moodle="9999"), "with another id", id="another number"),
        pytest.param(make_student("Nobody", moodle="9999"), "not in the file", id="not there"),
    ],
)
def test_a_student_who_is_not_certain_is_left_out_and_named(student, why: str) -> None:
    worksheet = sample("moodle_english.csv")

    filled = fill_worksheet(worksheet, [make_grade(student)])

    assert filled.content == worksheet
    assert why in filled.remarks[0]


def test_points_above_the_maximum_are_cut_down_to_it_and_this_is_told() -> None:
    bonus = Override(amount=Decimal(3), absolute=False, reason="", when=datetime(2026, 11, 20, tzinfo=timezone.utc))

    filled = fill_worksheet(sample("moodle_english.csv"), [make_grade(ADA, "11.5", overrides=(bonus,))])

    assert ENGLISH.load(filled.content)[0] == {1001: 10.0}
    assert filled.remarks == ("exercise3: more than Moodle's maximum, cut down to it: Ada Lovelace (ada-lovelace)",)


def test_comments_are_written_where_they_are_asked_for_and_never_over_others() -> None:
    late = make_grade(ADA, "7.65", earned=Decimal("8.5"), kept=Decimal("0.9"), hours_late=5.0)

    filled = fill_worksheet(sample("moodle_english.csv"), [late, make_grade(MINJUN)], with_comments=True)

    assert ENGLISH.load(filled.content)[1] == {
        1001: "7.65 of 10 points. The checks gave 8.5 of 10; handed in 5 hours late, 90% are kept.",
        1002: "well done, go on",
    }
    assert "exercise3: a comment stood in the worksheet and was left: 김민준" in filled.remarks


def test_a_scale_of_words_is_refused() -> None:
    with pytest.raises(UsageError, match="graded by a scale") as caught:
        fill_worksheet(sample("moodle_scale.csv"), [make_grade(make_student("A B", moodle="1"))])

    assert "Grade: Point" in caught.value.cure


def test_numbers_among_what_is_known_of_participants_are_no_grades() -> None:
    worksheet = "Auðkenni,Númer,Svið,Staða,Einkunn,Hámark,Má breyta,Síðast\nÞ 1,77,5,x,,10.00,Oui,-\nÞ 2,78,5,x,,10.00,Oui,-\n".encode()

    filled = fill_worksheet(worksheet, [make_grade(make_student("x", moodle="2"))]).content

    assert filled == worksheet.replace(b"78,5,x,,", b"78,5,x,8.50,")


def test_columns_that_cannot_be_told_apart_are_asked_for() -> None:
    worksheet = b"Who,Mark,Most,Mark two,Most two\nP 1,,10,,20\nP 2,,10,,20\n"
    grades = [make_grade(make_student("x", moodle="2"))]

    with pytest.raises(UsageError, match="which column holds the grade") as caught:
        fill_worksheet(worksheet, grades)
    filled = fill_worksheet(worksheet, grades, {"grade": "Mark two"})

    assert "--column EXERCISE:grade=HEADER" in caught.value.cure and "'Mark two'" in caught.value.cure
    assert filled.content == b"Who,Mark,Most,Mark two,Most two\nP 1,,10,,20\nP 2,,10,17.00,20\n"


@pytest.mark.parametrize(
    ("worksheet", "columns", "words"),
    [
        pytest.param(b"", {}, "identifies the participants", id="empty"),
        pytest.param(b"Name,Grade,Maximum Grade\nAda,,10\n", {}, "identifies the participants", id="no numbers"),
        pytest.param(b"Identifier,Grade,Maximum Grade\nP 1,,10\nP 2,10\n", {}, "rows differ", id="cells are missing"),
        pytest.param(b'Identifier,Grade,Maximum Grade\n"P 1,,10\n', {}, "quotes are not closed", id="an open quote"),
        pytest.param(
            b"Identifier,Grade,Maximum Grade\nP 1,,10\n",
            {"points": "Grade"},
            "no column for 'points'",
            id="no such role",
        ),
        pytest.param(
            b"Identifier,Grade,Maximum Grade\nP 1,,10\n",
            {"grade": "Mark"},
            "no column called 'Mark'",
            id="no such column",
        ),
    ],
)
def test_what_is_no_worksheet_is_refused(worksheet: bytes, columns, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        fill_worksheet(worksheet, [make_grade(ADA)], columns)


def test_a_worksheet_is_for_one_exercise() -> None:
    with pytest.raises(ValueError, match="one assignment"):
        fill_worksheet(sample("moodle_english.csv"), [make_grade(ADA), make_grade(ADA, exercise="exercise4")])


# Reports


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    (tmp_path / "reports").mkdir()
    for name in ("ada", "minjun", "nobody"):
        (tmp_path / "reports" / f"{name}.html").write_text(f"<p>{name}</p>", encoding="utf-8")
    return tmp_path


def test_each_report_reaches_its_student_in_moodle(reports: Path) -> None:
    grades = [
        make_grade(make_student("Ada_King: O'Lovelace", "ada", moodle="1001"), report="reports/ada.html"),
        make_grade(make_student(".민준/", "m", moodle="Participant 1002"), report="reports/minjun.html"),
        make_grade(make_student("", "anonymous", moodle="1003"), report="reports/nobody.html"),
        make_grade(GRACE, outcome="missing"),
        make_grade(make_student("Unknown"), report="reports/ada.html"),
    ]

    file = moodle_feedback(grades, reports)

    assert moodle_feedback_files(file.content, {1001, 1002, 1003}) == {
        1001: ("/report.html", b"<p>ada</p>"), 1002: ("/report.html", b"<p>minjun</p>"), 1003: ("/report.html", b"<p>nobody</p>"),
    }  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert archive.namelist() == [
            "Ada King OLovelace_1001_assignsubmission_file/report.html",
            "Participant_1003_assignsubmission_file/report.html",
            "민준_1002_assignsubmission_file/report.html",
        ]
    assert len(file.remarks) == 2
    assert moodle_feedback(grades[::-1], reports).content == file.content


def test_a_report_for_canvas_keeps_the_numbers_of_the_hand_in(reports: Path) -> None:
    grades = [
        make_grade(ADA, report="reports/ada.html"),
        make_grade(MINJUN, report="reports/minjun.html"),
        make_grade(SUM, report="reports/ada.html"),
    ]
    sources = {
        (ADA.key, "exercise3"): "export.zip/lovelaceada_LATE_17_4711_calculator-1.py",
        (MINJUN.key, "exercise3"): "LATE_anon_x1Y2z_4712_my_file.py",
        (SUM.key, "exercise3"): "sum/calculator.py",
    }

    file = canvas_feedback(grades, reports, sources)

    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert archive.namelist() == ["LATE_anon_x1Y2z_4712_report.html", "lovelaceada_LATE_17_4711_report.html"]
    assert file.remarks == ("exercise3: no report returned, for the hand-in has no name of Canvas: =SUM(1) (sum)",)


@pytest.mark.parametrize(
    ("report", "words"), [("reports/gone.html", "cannot be read"), ("../secret", "outside the folder")]
)
def test_a_report_that_is_not_there_or_lies_elsewhere_is_refused(reports: Path, report: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        moodle_feedback([make_grade(ADA, report=report)], reports)
