"""A roster of any tool joins names and ids, lists who handed in nothing, and never guesses."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.faults import UsageError
from grader.intake.reading import read_intake
from grader.intake.records import Intake
from grader.intake.roster_file import read_roster
from tests.exports import make_course, make_zip, the

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Exercise 3 (77)
    Points Possible,,,,,10
"Lovelace, Ada",12,S12,ada,DL,
"Turing, Alan",13,S13,alan,DL,
"Student, Test",99,,x,DL,
"""
MOODLE = """Identifier,Full name,Email address,Status,Group,Grade
Participant 12,Ada Lovelace,ada@x.org,Submitted,Team A,
Participant 13,Alan Turing,alan@x.org,Submitted,Team A,
Participant 14,Grace Hopper,grace@x.org,,,
"""


def read(tmp_path: Path, files: list[str], roster: str | bytes, name: str = "roster.csv") -> Intake:
    exercises = [e for e in make_course(tmp_path / "course") if e.name == "exercise3"]
    path = tmp_path / name
    path.write_bytes(roster.encode() if isinstance(roster, str) else roster)
    return read_intake(make_zip(tmp_path / "export.zip", files), exercises, tmp_path / "keep", roster=path)


def test_a_gradebook_of_canvas_names_students_and_the_missing(tmp_path: Path) -> None:
    intake = read(tmp_path, ["lovelaceada_12_90_calculator.py"], CANVAS)

    ada, alan = intake.students
    assert (ada.key, ada.name) == ("ada-lovelace", "Ada Lovelace")
    assert dict(ada.ids) == {"canvas": "12", "sis": "S12", "login": "ada"}
    assert intake.missing == ((alan.key, "exercise3"),)


def test_a_worksheet_of_moodle_joins_by_its_identifier(tmp_path: Path) -> None:
    files = [
        "Ada Lovelace_12_assignsubmission_file/calculator.py",
        "Participant_14_assignsubmission_file/calculator.py",
    ]

    intake = read(tmp_path, files, MOODLE)

    assert {hand_in.student for hand_in in intake.hand_ins} == {"ada-lovelace", "grace-hopper"}
    assert intake.missing == (("alan-turing", "exercise3"),)


def test_what_a_team_handed_in_counts_for_each_member(tmp_path: Path) -> None:
    files = ["Team A_12_assignsubmission_file/calculator.py", "Standardgruppe_assignsubmission_file/calculator.py"]

    intake = read(tmp_path, files, MOODLE)

    assert the(intake, "ada-lovelace").sources == the(intake, "alan-turing").sources == (files[0],)
    assert the(intake, "grace-hopper").sources == (files[1],)
    assert dict(intake.students[0].ids) == {"moodle": "12", "email": "ada@x.org"}
    assert not intake.missing


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("name\nAda Lovelace\n", id="a name"),
        pytest.param("Nachname;Vorname;Matrikelnummer\nLovelace;Ada;4711\n", id="German"),
        pytest.param("Name;Vorname\nLovelace;Ada\n", id="name and Vorname"),
        pytest.param("\ufeffApellido(s)\tNombre\nLovelace\tAda\n", id="Spanish with tabs"),
        pytest.param(
            "Last name,First name,ID number,Email address\nLovelace,Ada,4711,a@x.org\n", id="participants of Moodle"
        ),
        pytest.param('sep=;\r\nFull Name;E-Mail\r\n"Lovelace, Ada";a@x.org\r\n', id="Excel"),
        pytest.param('Student\n"Lovelace, Ada"\n'.encode("utf-16"), id="UTF-16"),
    ],
)
def test_columns_are_told_by_their_names(tmp_path: Path, text: str | bytes) -> None:
    intake = read(tmp_path, ["lovelaceada_12_90_calculator.py"], text)

    assert [student.name for student in intake.students] == ["Ada Lovelace"]
    assert not intake.missing and not intake.warnings


@pytest.mark.parametrize(
    "folder",
    [
        "ada",
        "S12",
        "a.lovelace",
        "a.lovelace@x.org",
        "AdaGit",
        "Ada Lovelace",
        "Lovelace, Ada",
        "lovelace_ada",
        "exercise3-adagit",
    ],
)
def test_folders_are_joined_by_whatever_names_the_student(tmp_path: Path, folder: str) -> None:
    roster = "name,sis id,login,email,github\nAda Lovelace,S12,ada,a.lovelace@x.org,https://github.com/AdaGit\nAlan Turing,S13,alan,t@x.org,\n"

    intake = read(tmp_path, [f"{folder}/calculator.py"], roster)

    assert [hand_in.student for hand_in in intake.hand_ins] == ["ada-lovelace"]
    assert intake.missing == (("alan-turing", "exercise3"),)


def test_what_fits_several_rows_is_joined_with_none_and_told(tmp_path: Path) -> None:
    roster = "name,login\nMinsu Kim,kim1\nMinsu Kim,kim2\n"

    intake = read(tmp_path, ["kimminsu_12_90_calculator.py"], roster)

    assert len(intake.students) == 3 and len(intake.missing) == 2
    assert any("fits several rows" in warning and "lines 2, 3" in warning for warning in intake.warnings)


def test_another_id_is_another_student_whatever_the_name(tmp_path: Path) -> None:
    intake = read(tmp_path, ["lovelaceada_777_90_calculator.py"], CANVAS)

    assert len(intake.missing) == 2
    assert any("another id" in warning for warning in intake.warnings)


def test_who_is_not_in_the_roster_is_told_with_the_closest_name(tmp_path: Path) -> None:
    intake = read(tmp_path, ["Ada Lovelase/calculator.py", "ben/calculator.py"], "name\nAda Lovelace\n")

    assert any("is it Ada Lovelace?" in warning for warning in intake.warnings)
    assert len(intake.students) == 3


def test_latin_letters_of_old_windows_are_read(tmp_path: Path) -> None:
    intake = read(tmp_path, ["müllerjörg_12_90_calculator.py"], "Name\nJörg Müller\n".encode("cp1252"))

    assert the(intake, "jörg-müller")


def test_rows_that_are_there_twice_are_told(tmp_path: Path) -> None:
    intake = read(tmp_path, ["ada/calculator.py"], "name,login\nAda Lovelace,ada\nAda Lovelace,ada\nEve,ada2\n")

    assert len(intake.students) == 2
    assert any("roster.csv:3: Ada Lovelace is there again (line 2)" in warning for warning in intake.warnings)


@pytest.mark.parametrize(
    ("text", "cause", "line"),
    [
        pytest.param("", "is empty", "", id="empty"),
        pytest.param("\n\nfoo,bar\n1,2\n", "no heading", ":3", id="unknown headings"),
        pytest.param("name\n", "lists no student", ":1", id="no rows"),
        pytest.param("name,login\nAda\nAda,x,y\n", "3 cells, but there are 2 headings", ":3", id="too many cells"),
        pytest.param('name,login\n"Ada\n', "quote is never closed", ":2", id="an open quote"),
        pytest.param("name\nA\0da\n", "NUL", ":2", id="a NUL byte"),
        pytest.param(b"PK\x03\x04", "spreadsheet", "", id="a spreadsheet"),
        pytest.param("ID;Foo\n".encode("utf-16") + b"\x00", "damaged UTF-16", "", id="damaged UTF-16"),
    ],
)
def test_a_broken_roster_says_what_and_where(tmp_path: Path, text: str | bytes, cause: str, line: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)

    with pytest.raises(UsageError) as error:
        read_roster(path)

    assert cause in error.value.cause
    assert error.value.where == f"{path}{line}"
    assert error.value.cure


def test_the_number_of_a_team_is_not_taken_for_that_of_a_student(tmp_path: Path) -> None:
    roster = MOODLE.replace("Team A", "").replace("Group", "Marker")

    intake = read(tmp_path, ["Team A_12_assignsubmission_file/calculator.py"], roster)

    team = next(student for student in intake.students if student.key == "team-a")
    assert "moodle" not in team.ids
    assert any("number of Ada Lovelace in Moodle" in warning for warning in intake.warnings)
    assert len(intake.missing) == 3


def test_a_number_in_a_name_joins(tmp_path: Path) -> None:
    intake = read(tmp_path, ["Ada L (s1234567)/calculator.py"], "name,id\nAda Lovelace,s1234567\nAlan,s1234568\n")

    assert [hand_in.student for hand_in in intake.hand_ins] == ["ada-lovelace"]


def test_a_worksheet_of_one_assignment_serves_for_another(tmp_path: Path) -> None:
    intake = read(tmp_path, ["Ada Lovelace_777_assignsubmission_file/calculator.py"], MOODLE)

    assert the(intake, "ada-lovelace").ids["moodle"] == "777"
    assert intake.students[0].ids["moodle"] == "12"
    assert not intake.warnings
