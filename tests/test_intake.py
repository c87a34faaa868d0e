"""What a class handed in is read from whatever a platform exported, and the file that counts is the one that was meant."""

from __future__ import annotations

import os
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from grader.exercise import Exercise
from grader.faults import UsageError
from grader.intake.reading import read_intake
from grader.intake.records import Intake
from grader.submission import read_submission
from tests.exports import CODE, kept, make_course, make_folder, make_zip, packed, reason, the, told

Read = Callable[..., Intake]


@pytest.fixture
def course(tmp_path: Path) -> tuple[Exercise, ...]:
    return make_course(tmp_path / "course")


@pytest.fixture
def read(tmp_path: Path, course: tuple[Exercise, ...]) -> Read:
    def run(path: Path, only: str = "", **choices: object) -> Intake:
        wanted = [exercise for exercise in course if only in ("", exercise.name)]
        return read_intake(path, wanted, tmp_path / "keep", **choices)  # type: ignore[arg-type]

    return run


# Layouts, each detected


@pytest.mark.parametrize(
    ("layout", "files", "student", "counts"),
    [
        pytest.param("folders", ["ada/calculator.py", "ben/calculator.py"], "ada", "ada/calculator.py", id="folders"),
        pytest.param(
            "folders", ["w/ada/calculator.py", "w/ben/calculator.py"], "ada", "w/ada/calculator.py", id="wrapped"
        ),
        pytest.param("folders", ["ada/calculator.py"], "ada", "ada/calculator.py", id="a single student"),
        pytest.param("flat", ["ada.py", "ben.ipynb"], "ada", "ada.py", id="flat"),
        pytest.param("flat", ["ada_calculator.py", "calculator-ben.py"], "ben", "calculator-ben.py", id="flat by file"),
        pytest.param(
            "flat", ["exercise3_ada.py", "exercise3_ben.py"], "ben", "exercise3_ben.py", id="flat by exercise"
        ),
        pytest.param(
            "canvas", ["lovelaceada_12_90_calculator.py"], "lovelaceada", "lovelaceada_12_90_calculator.py", id="canvas"
        ),
        pytest.param(
            "canvas",
            ["LATE_anon_x9_90_calculator.py"],
            "anonymous-x9",
            "LATE_anon_x9_90_calculator.py",
            id="canvas anonymous",
        ),
        pytest.param(
            "moodle",
            ["Ada Lovelace_12_assignsubmission_file/calculator.py"],
            "ada-lovelace",
            "Ada Lovelace_12_assignsubmission_file/calculator.py",
            id="moodle",
        ),
        pytest.param(
            "moodle",
            ["Ada Lovelace_12_assignsubmission_file_/src/calculator.py"],
            "ada-lovelace",
            "Ada Lovelace_12_assignsubmission_file_/src/calculator.py",
            id="moodle of old",
        ),
        pytest.param(
            "moodle",
            ["Ada Lovelace_12_assignsubmission_file_calculator.py"],
            "ada-lovelace",
            "Ada Lovelace_12_assignsubmission_file_calculator.py",
            id="moodle without folders",
        ),
        pytest.param(
            "moodle",
            [
                "Teilnehmer/in_12_assignsubmission_file_calculator.py".replace("/", "∕"),
                "Osallistuja_13_assignsubmission_file_/calculator.py",
            ],
            "osallistuja-13",
            "Osallistuja_13_assignsubmission_file_/calculator.py",
            id="moodle anonymous",
        ),
        pytest.param(
            "moodle",
            ["Standardgruppe_assignsubmission_file_/calculator.py", "Team A_7_assignsubmission_file_/calculator.py"],
            "standardgruppe",
            "Standardgruppe_assignsubmission_file_/calculator.py",
            id="moodle team without id",
        ),
        pytest.param(
            "blackboard",
            ["Exercise 3_ada_attempt_2026-11-20-10-00-00_calculator.py"],
            "ada",
            "Exercise 3_ada_attempt_2026-11-20-10-00-00_calculator.py",
            id="blackboard",
        ),
        pytest.param("clones", ["exercise3-ada/calculator.py"], "ada", "exercise3-ada/calculator.py", id="clones"),
        pytest.param(
            "clones",
            ["exercise3-ada-main/calculator.py", "exercise3-ben-main/calculator.py"],
            "ada",
            "exercise3-ada-main/calculator.py",
            id="clones as zips of a web page",
        ),
    ],
)
@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
def test_each_layout_is_detected_and_read(
    read: Read, tmp_path: Path, layout: str, files: list[str], student: str, counts: str, as_zip: bool
) -> None:
    path = make_zip(tmp_path / "export.zip", files) if as_zip else make_folder(tmp_path / "export", files)

    intake = read(path, "exercise3")

    assert intake.layout == layout
    assert the(intake, student).sources == (counts,)
    assert kept(the(intake, student)).popitem()[1] == f"# {counts}\n"
    assert sum(told(intake).values()) == len(files)


@pytest.mark.parametrize(
    "name",
    [
        "calculator.py",
        "Calculator.PY",
        "calculator-1.py",
        "calculator (1).py",
        "calculator.ipynb",
        "calculator.py.txt",
        "calculator.txt",
        "solution.py",
    ],
)
def test_what_is_laid_down_can_be_graded(read: Read, course: tuple[Exercise, ...], tmp_path: Path, name: str) -> None:
    notebook = '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "class Calculator:\\n    pass"}]}'
    path = make_zip(tmp_path / "e.zip", {f"lovelaceada_12_90_{name}": notebook if name.endswith("ipynb") else CODE})

    intake = read(path, "exercise3")

    submission = read_submission(Path(the(intake, "lovelaceada").path), course[1])
    assert submission.fault is None
    assert "class Calculator" in submission.source


def test_an_unknown_layout_shows_what_each_looks_like(read: Read, tmp_path: Path) -> None:
    path = make_folder(tmp_path / "export", ["notes.pdf"])

    with pytest.raises(UsageError) as error:
        read(path)

    assert all(name in error.value.cure for name in ("folders", "flat", "canvas", "moodle", "blackboard", "clones"))
    assert "notes.pdf" in error.value.cause


def test_misfits_are_told_and_the_majority_decides(read: Read, tmp_path: Path) -> None:
    files = ["lovelaceada_12_90_calculator.py", "turingalan_13_91_calculator.py", "hopper.py", "grading/notes.txt"]

    intake = read(make_folder(tmp_path / "export", files), "exercise3")

    assert intake.layout == "canvas"
    assert "not named as Canvas does" in reason(intake, "hopper.py")
    assert "in a folder" in reason(intake, "grading/notes.txt")
    assert any("2 of 4 names" in warning for warning in intake.warnings)


def test_a_named_layout_is_obeyed(read: Read, tmp_path: Path) -> None:
    path = make_folder(tmp_path / "export", ["a_1_2_calculator.py/calculator.py", "b_1_2_c.py/calculator.py"])

    assert read(path, "exercise3", layout="folders").layout == "folders"
    with pytest.raises(UsageError, match="no layout 'canvass'"):
        read(path, "exercise3", layout="canvass")


# Which exercise


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(["ada/exercise1/a.py", "ada/exercise3/a.py", "ada/exercise10/a.py"], id="folders in a student's"),
        pytest.param(["ada/Exercise_01/a.py", "ada/Übung 3/a.py", "ada/Exercise 10 final/a.py"], id="named by people"),
        pytest.param(
            ["exercise1/ada.py", "exercise3/ada.py", "exercise10/ada.py", "exercise3/ben.py"],
            id="students in an exercise's",
        ),
        pytest.param(["exercise1-ada/a.py", "exercise3-ada/a.py", "exercise10-ada/a.py"], id="clones"),
        pytest.param(
            ["ada/my_linear.py", "ada/calculator (2).py", "ada/Checkpoint.ipynb", "ben/x/calculator.py"],
            id="file names",
        ),
        pytest.param(
            ["ada/My linear layer/a.py", "ada/save-and-load/a.py", "ada/3_The Calculator of modules/a.py"], id="titles"
        ),
        pytest.param(["ada_my_linear.py", "ada_calculator.py", "ada_checkpoint.py"], id="flat"),
        pytest.param([f"Exercise {n}_ada_attempt_2026-11-20-10-00-00_a.py" for n in (1, 3, 10)], id="blackboard"),
    ],
)
def test_the_exercise_is_told_by_names(read: Read, tmp_path: Path, files: list[str]) -> None:
    intake = read(make_folder(tmp_path / "export", files))

    assert [h.exercise for h in intake.hand_ins if h.student == "ada"] == ["exercise1", "exercise3", "exercise10"]
    assert sum(told(intake).values()) == len(files)


def test_a_folder_of_exports_is_read_as_one_each(read: Read, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    make_zip(folder / "exercise1.zip", ["lovelaceada_12_90_solution.py"])
    make_zip(folder / "DL2026-Exercise 3-4711.zip", ["Ada Lovelace_5_assignsubmission_file/a.py"])
    make_zip(folder / "submissions (1).zip", ["lovelaceada_12_95_checkpoint.py"])

    intake = read(folder)

    assert the(intake, "lovelaceada", "exercise1").sources == ("exercise1.zip/lovelaceada_12_90_solution.py",)
    assert the(intake, "lovelaceada", "exercise10").sources == ("submissions (1).zip/lovelaceada_12_95_checkpoint.py",)
    assert the(intake, "ada-lovelace", "exercise3")
    assert intake.layout in ("moodle, canvas", "canvas, moodle")


def test_a_name_for_another_exercise_than_the_one_asked_for_is_told(read: Read, tmp_path: Path) -> None:
    intake = read(make_zip(tmp_path / "exercise2.zip", ["ada/calculator.py", "ben/calculator.py"]), "exercise3")

    assert any("named after exercise2, but was read for exercise3" in warning for warning in intake.warnings)


@pytest.mark.parametrize("name", ["README.txt", "test_calculator.py"])
def test_what_is_no_solution_is_not_graded_as_one(read: Read, tmp_path: Path, name: str) -> None:
    intake = read(make_folder(tmp_path / "e", [f"ada/{name}", "ben/calculator.py", f"ben/{name}"]), "exercise3")

    assert f"only {name} was handed in" in the(intake, "ada").fault
    assert kept(the(intake, "ben")).keys() == {"calculator.py"}


def test_what_is_for_another_exercise_is_told(read: Read, tmp_path: Path) -> None:
    files = ["ada/exercise3/calculator.py", "ada/exercise2/calculator.py", "ben/calculator.py"]

    intake = read(make_folder(tmp_path / "export", files), "exercise3")

    assert the(intake, "ada").sources == ("ada/exercise3/calculator.py",)
    assert "another exercise (exercise2)" in reason(intake, "ada/exercise2/calculator.py")


def test_an_archive_may_hold_several_exercises(read: Read, tmp_path: Path) -> None:
    homework = packed(["hw/exercise1/my_linear.py", "hw/exercise3/calculator.py", "hw/exercise3/ops.py"])

    intake = read(make_zip(tmp_path / "s.zip", {"lovelaceada_12_90_homework.zip": homework}))

    source = "lovelaceada_12_90_homework.zip/hw/exercise3"
    assert the(intake, "lovelaceada", "exercise1")
    assert the(intake, "lovelaceada", "exercise3").sources == (f"{source}/calculator.py", f"{source}/ops.py")
    assert kept(the(intake, "lovelaceada")).keys() == {"calculator.py", "ops.py"}


# Which file counts


def test_canvas_goes_by_the_attachment_not_by_the_suffix(read: Read, tmp_path: Path) -> None:
    files = ["lovelaceada_12_95_calculator.py", "lovelaceada_12_90_calculator-1.py", "lovelaceada_12_91_ops-2.py"]

    intake = read(make_zip(tmp_path / "s.zip", files))

    hand_in = the(intake, "lovelaceada")
    assert hand_in.sources[0] == "lovelaceada_12_95_calculator.py"
    assert hand_in.others == ("lovelaceada_12_90_calculator-1.py",)
    assert hand_in.why == "the latest of 2, by the number that Canvas gave it"
    assert kept(hand_in).keys() == {"calculator.py", "ops.py"}


def test_canvas_marks_are_those_of_the_file_that_counts(read: Read, tmp_path: Path) -> None:
    files = ["lovelaceada_LATE_12_90_calculator.py", "hopper_13_91_calculator.py"]

    intake = read(make_zip(tmp_path / "s.zip", files))

    assert the(intake, "lovelaceada").late is True
    assert the(intake, "hopper").late is False


def test_the_last_attempt_takes_the_place_of_all_before(read: Read, tmp_path: Path) -> None:
    head = "Exercise 3_ada_x"
    files = [
        f"{head}_attempt_2026-11-20-10-00-00_calculator.py",
        f"{head}_attempt_2026-11-20-10-00-00_ops.py",
        f"{head}_attempt_2026-11-21-10-00-00_calculator.py",
        f"{head}_attempt_2026-11-21-10-00-00.txt",
        "Exercise 3_ben_attempt_2026-11-21-10-00-00.txt",
    ]

    intake = read(make_zip(tmp_path / "b.zip", files))

    hand_in = the(intake, "ada-x")
    assert hand_in.sources == (files[2],)
    assert set(hand_in.others) == set(files[:2])
    assert hand_in.handed_in is not None and hand_in.handed_in.day == 21
    assert ("ben", "exercise3") in intake.missing


def test_receipts_of_blackboard_tell_names(read: Read, tmp_path: Path) -> None:
    head = "Exercise_3_ada_l_attempt_2026-11-20-10-00-00"
    files = {f"{head}.txt": "Name: Ada Lovelace (ada_l)\nAssignment: Exercise_3\n", f"{head}_calculator.py": CODE}

    student = read(make_zip(tmp_path / "b.zip", files)).students[0]

    assert (student.key, student.name, dict(student.ids)) == ("ada-lovelace", "Ada Lovelace", {"blackboard": "ada_l"})


def dated(path: Path, seconds: int) -> None:
    os.utime(path, (seconds, seconds))


def test_folders_go_by_the_time_of_the_file_and_ties_are_told(read: Read, tmp_path: Path) -> None:
    folder = make_folder(
        tmp_path / "e", ["ada/calculator.py", "ada/calculator (1).py", "ben/calculator.py", "ben/new/calculator.py"]
    )
    for name, seconds in (
        ("ada/calculator.py", 1000),
        ("ada/calculator (1).py", 2000),
        ("ben/calculator.py", 3000),
        ("ben/new/calculator.py", 3000),
    ):
        dated(folder / name, seconds)

    intake = read(folder)

    assert the(intake, "ada").sources == ("ada/calculator (1).py",)
    assert the(intake, "ada").handed_in is None  # nobody knows when it was handed in: a copy has a time of its own
    assert the(intake, "ben").sources == ("ben/calculator.py",)
    assert [warning for warning in intake.warnings if "ben" in warning and "nothing says which" in warning]
    assert not any("ada" in warning for warning in intake.warnings)


def test_the_same_file_twice_is_no_tie(read: Read, tmp_path: Path) -> None:
    intake = read(
        make_zip(
            tmp_path / "e.zip", {"ada/calculator.py": CODE, "ada/old/calculator.py": CODE, "ben/calculator.py": ""}
        )
    )

    assert the(intake, "ada").why == "all are the same"
    assert not intake.warnings


def test_moodle_goes_by_the_time_in_its_archive(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "m.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, day in (("calculator.py", 20), ("neu/calculator.py", 21)):
            info = zipfile.ZipInfo(f"Ada Lovelace_12_assignsubmission_file/{name}", (2026, 11, day, 12, 0, 0))
            info.extra = struct.pack(
                "<HHBi", 0x5455, 5, 1, int(datetime(2026, 11, day, 11, tzinfo=timezone.utc).timestamp())
            )
            archive.writestr(info, name)

    hand_in = the(read(path), "ada-lovelace")

    assert kept(hand_in) == {"calculator.py": "neu/calculator.py"}
    assert hand_in.handed_in == datetime(2026, 11, 21, 11, tzinfo=timezone.utc)


def test_helpers_stay_beside_the_file_that_imports_them(read: Read, tmp_path: Path) -> None:
    files = {
        "ada/calculator.py": "import ops\n",
        "ada/my_linear.py": "from layers.base import Base\n",
        "ada/ops.py": "",
        "ada/layers/base.py": "",
        "ada/stray.py": "",
        "ada/test_mine.py": "",
        "ada/data.csv": "",
    }

    intake = read(make_folder(tmp_path / "e", files))

    assert kept(the(intake, "ada", "exercise3")).keys() == {"calculator.py", "ops.py"}
    assert kept(the(intake, "ada", "exercise1")).keys() == {"my_linear.py", "layers/base.py"}
    assert "tells no exercise" in reason(intake, "ada/stray.py")
    assert sum(told(intake).values()) == len(files)


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        pytest.param("calculator.zip", b"PK\x03\x04 cut off", "cut off", id="a damaged archive"),
        pytest.param("calculator.tar.gz", b"\x1f\x8b", "has to be a zip", id="another archive"),
        pytest.param("calculator.pdf", b"%PDF", "only calculator.pdf was handed in", id="a document"),
        pytest.param("calculator.zip", packed(["essay.docx"]), "holds no Python file", id="an archive without code"),
    ],
)
def test_something_unusable_is_not_nothing(read: Read, tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    intake = read(make_zip(tmp_path / "s.zip", {f"lovelaceada_12_90_{name}": content}))

    assert fault in the(intake, "lovelaceada").fault
    assert the(intake, "lovelaceada").path == ""
    assert ("lovelaceada", "exercise3") not in intake.missing


# Clones


def git(folder: Path, *arguments: str, when: str = "") -> None:
    dates = {"GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when} if when else {}
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    environment = {**os.environ, **dates, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, env=environment)


@pytest.mark.parametrize("repacked", [False, True], ids=["loose", "packed"])
def test_a_clone_was_handed_in_when_it_was_committed(read: Read, tmp_path: Path, repacked: bool) -> None:
    clone = make_folder(tmp_path / "e" / "exercise3-ada", {"calculator.py": CODE})
    git(clone, "init", "-q")
    git(clone, "add", ".")
    git(clone, "commit", "-qm", "x", when="2026-11-20T10:00:00+0100")
    if repacked:
        git(clone, "gc", "-q")

    hand_in = the(read(tmp_path / "e"), "ada")

    assert hand_in.handed_in == datetime(2026, 11, 20, 9, tzinfo=timezone.utc)


def test_clones_of_a_classroom_are_named_after_what_they_do_not_share(read: Read, tmp_path: Path) -> None:
    files = [f"moduledict-{login}/{name}" for login in ("ada-l", "ben") for name in ("calculator.py", ".git/HEAD")]

    intake = read(make_folder(tmp_path / "e", files))

    assert intake.layout == "clones"
    assert [student.ids["github"] for student in intake.students] == ["ada-l", "ben"]


def test_a_hostile_git_folder_tells_nothing_and_runs_nothing(read: Read, tmp_path: Path) -> None:
    commit = zlib.compress(b"commit 9999999999\0committer a <a> 99999999999 +0000\n\n")
    files = {
        "exercise3-ada/calculator.py": CODE,
        "exercise3-ada/.git/HEAD": "ref: refs/../../../../etc/passwd\n",
        "exercise3-ben/calculator.py": CODE,
        "exercise3-ben/.git/HEAD": "a" * 40,
        f"exercise3-ben/.git/objects/aa/{'a' * 38}": commit,
        "exercise3-ben/.git/config": "[core]\n\tfsmonitor = touch ran\n",
    }

    intake = read(make_folder(tmp_path / "e", files))

    assert the(intake, "ada").handed_in is None
    assert the(intake, "ben").handed_in is None or the(intake, "ben").handed_in.year > 3000
    assert not list(tmp_path.rglob("ran"))


# Names


def test_students_of_one_name_are_told_apart_by_their_ids(read: Read, tmp_path: Path) -> None:
    files = [f"김민수_{number}_assignsubmission_file/calculator.py" for number in (7, 8)]

    intake = read(make_zip(tmp_path / "m.zip", files))

    assert [student.key for student in intake.students] == ["김민수-7", "김민수-8"]
    assert any("2 students are called 김민수" in warning for warning in intake.warnings)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ada Lovelace", "ada-lovelace"),
        ('O\'Brien, "Bo"', "o-brien-bo"),
        ("=SUM(1)", "sum-1"),
        ("Jose\u0301", "josé"),
        ("CON", "student-con"),
        ("aux.x", "aux-x"),
        ("...", "student"),
        ("a" * 300, "a" * 60),
        ("김민수", "김민수"),
    ],
)
def test_keys_are_readable_and_fit_for_any_system(read: Read, tmp_path: Path, name: str, key: str) -> None:
    path = make_zip(tmp_path / "m.zip", [f"{name}_7_assignsubmission_file/calculator.py"])

    assert read(path).students[0].key == key


def test_one_name_composed_and_decomposed_is_one_student(read: Read, tmp_path: Path) -> None:
    files = ["exercise1/jos\u00e9/my_linear.py", "exercise3/jose\u0301/calculator.py", "exercise3/ben/calculator.py"]

    intake = read(make_folder(tmp_path / "e", files))

    assert len(intake.students) == 2
    assert the(intake, "josé", "exercise1") and the(intake, "josé", "exercise3")


def test_names_packed_without_a_mark_are_read_as_their_packer_wrote_them(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "e.zip"
    path.write_bytes(_rezip(("김민수/calculator.py".encode(), "이영희/calculator.py".encode("cp949"))))

    assert {student.name for student in read(path).students} == {"김민수", "이영희"}


def _rezip(names: tuple[bytes, ...]) -> bytes:
    """Return an archive with these bytes for names, and no mark that says what they are."""
    body, directory = b"", b""
    for name in names:
        crc = zlib.crc32(CODE.encode())
        numbers = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x5B21, crc, len(CODE), len(CODE), len(name), 0)
        directory += b"PK\x01\x02\x14\x00" + numbers + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        body += b"PK\x03\x04" + numbers + name + CODE.encode()
    end = struct.pack("<HHHHIIH", 0, 0, len(names), len(names), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def test_what_systems_leave_behind_is_told_apart(read: Read, tmp_path: Path) -> None:
    files = [
        "ada/calculator.py",
        "__MACOSX/ada/._calculator.py",
        "ada/.DS_Store",
        "Thumbs.db",
        "ada/__pycache__/x.pyc",
        "ada/~$a.py",
    ]

    intake = read(make_zip(tmp_path / "e.zip", files))

    assert {entry.source for entry in intake.ignored} == set(files[1:])
    assert "macOS" in reason(intake, files[1])


def test_a_wide_class_is_read_in_one_go(read: Read, tmp_path: Path) -> None:
    files = {f"student{number}_{number}_{number}_calculator.py": b"" for number in range(300)}

    intake = read(make_zip(tmp_path / "s.zip", files))

    assert len(intake.hand_ins) == len(intake.students) == 300


@pytest.mark.parametrize(
    "name", ["ada_calculator.py", "calculator_v2.py", "Exercise3_Ada.ipynb", "Lovelace-Calculator-final.py"]
)
def test_the_exercise_is_found_among_other_words_of_a_file_s_name(read: Read, tmp_path: Path, name: str) -> None:
    intake = read(make_folder(tmp_path / "e", [f"ada/{name}", "ada/ops.py", "ben/calculator.py"]))

    assert the(intake, "ada").sources == (f"ada/{name}", "ada/ops.py")


def test_a_helper_named_after_another_exercise_is_no_hand_in_for_it(read: Read, tmp_path: Path) -> None:
    files = {
        "ada/calculator.py": "from my_linear_tools import f\n",
        "ada/my_linear_tools.py": "",
        "ben/calculator.py": "",
    }

    intake = read(make_folder(tmp_path / "e", files))

    assert the(intake, "ada").sources == ("ada/calculator.py", "ada/my_linear_tools.py")
    assert ("ada", "exercise1") in intake.missing


def test_moodle_numbers_a_student_anew_in_each_assignment(read: Read, tmp_path: Path) -> None:
    folder = tmp_path / "e"
    make_zip(
        folder / "DL-Exercise 1-70.zip",
        ["Ada_11_assignsubmission_file/a.py", "Kim_12_assignsubmission_file/a.py", "Kim_13_assignsubmission_file/a.py"],
    )
    make_zip(
        folder / "DL-Exercise 3-71.zip", ["Ada_21_assignsubmission_file/a.py", "Kim_22_assignsubmission_file/a.py"]
    )

    intake = read(folder)

    assert [the(intake, "ada", name).ids["moodle"] for name in ("exercise1", "exercise3")] == ["11", "21"]
    assert "moodle" not in intake.students[0].ids
    assert [student.key for student in intake.students] == ["ada", "kim-12", "kim-13", "kim-22"]
    assert any("3 students are called Kim" in warning for warning in intake.warnings)


def test_who_handed_in_something_that_counts_for_nothing_is_told(read: Read, tmp_path: Path) -> None:
    intake = read(make_folder(tmp_path / "e", ["ada/calculator.py", "eve/work.py"]))

    assert "tells no exercise" in reason(intake, "eve/work.py")
    assert "eve: nothing that was handed in counts, such as eve/work.py" in intake.warnings


def test_a_damaged_export_among_others_is_told(read: Read, tmp_path: Path) -> None:
    folder = make_folder(
        tmp_path / "e", {"exercise1.zip": b"PK\x03\x04", "exercise3.zip": packed(["ada_1_2_calculator.py"])}
    )

    intake = read(folder)

    assert the(intake, "ada")
    assert any("exercise1.zip" in warning and "cut off" in warning for warning in intake.warnings)
    assert reason(intake, "exercise1.zip")


def test_a_student_may_name_a_file_as_a_platform_would(read: Read, tmp_path: Path) -> None:
    intake = read(make_folder(tmp_path / "e", ["ada/calculator.py", "ada/conv_3_3_net.py", "ben/calculator.py"]))

    assert intake.layout == "folders"
    assert the(intake, "ada").sources == ("ada/calculator.py", "ada/conv_3_3_net.py")


def test_a_class_of_archives_opens_few_of_them_at_once(read: Read, tmp_path: Path) -> None:
    import resource

    homework = packed(["calculator.py"])
    folder = make_folder(tmp_path / "e", {f"student{number}.zip": homework for number in range(150)})
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 120), hard))
    try:
        intake = read(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert len(intake.hand_ins) == 150


def test_an_uploaded_file_is_not_taken_for_text_typed_into_canvas(read: Read, tmp_path: Path) -> None:
    files = [
        "lovelaceada_12_90_text.html",
        "turingalan_13_text.html",
        "anon_x9_link.html",
        "hopper_14_91_calculator.py",
    ]

    intake = read(make_zip(tmp_path / "s.zip", files))

    assert {student.key for student in intake.students} == {"lovelaceada", "turingalan", "anonymous-x9", "hopper"}
    assert "text typed into Canvas" in reason(intake, files[1])
    assert "a link" in reason(intake, files[2])


def test_long_numbers_of_canvas_are_compared_exactly(read: Read, tmp_path: Path) -> None:
    files = [f"ada_12_10000000000000000{last}_calculator{suffix}.py" for last, suffix in ((1, "-1"), (2, ""))]

    assert the(read(make_zip(tmp_path / "s.zip", files)), "ada").sources == (files[1],)
