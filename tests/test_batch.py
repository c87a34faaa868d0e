"""A class at once: what is graded and what is not again, what survives, how points change, what is told to whom."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gradebook_importers import CanvasCourse, CanvasStudent, MoodleAssignment, moodle_feedback_files

from grader.cli import run
from grader.cli.exits import Exit

RIGHT = "def double(x):\n    return 2 * x\n\n\ndef half(x):\n    return x / 2\n"
WRONG = "def double(x):\n    return 3 * x\n\n\ndef half(x):\n    return x / 2\n"
STUB = "def double(x):\n    raise NotImplementedError\n\n\ndef half(x):\n    raise NotImplementedError\n"
BROKEN = "def double(x)\n    return 2 * x\n"
HIDDEN = '''
import pytest

from grader.suite import award_band, expect

@pytest.mark.points(2)
def test_double(student):
    """double doubles"""
    expect(student.double(3) == 6, f"double(3) is {student.double(3)}, not twice 3")

@pytest.mark.points(1)
@pytest.mark.needs("test_double")
def test_double_again(student):
    """double doubles negative numbers too"""
    expect(student.double(-3) == -6, "double(-3) is not -6")

@pytest.mark.points(1)
def test_half(student):
    """half is near enough"""
    award_band(1 - abs(student.half(3) - 1.5), {0.5: 0.5, 0.9: 1}, name="the accuracy of half")
'''


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of one exercise, worth four points."""
    root = tmp_path / "course"
    public, secret = root / "exercises" / "tiny", root / "solutions" / "tiny"
    for folder in (public, secret):
        folder.mkdir(parents=True)
    (public / "exercise.toml").write_text(
        'title = "Tiny"\nsummary = "Double."\nfile = "tiny.py"\npoints = 4\nhidden_checks = 3\n[limits]\nseconds = 2\n'
    )
    (public / "tiny.py").write_text(STUB)
    (secret / "tiny.py").write_text(RIGHT)
    (secret / "test_hidden.py").write_text(HIDDEN)
    return root


@pytest.fixture
def handed_in(tmp_path: Path) -> Callable[..., Path]:
    """Lay down what students hand in: `handed_in(ada=RIGHT, ben=WRONG)`."""

    def lay(**sources: str | None) -> Path:
        folder = tmp_path / "handed in"
        for student, source in sources.items():
            own = folder / student
            shutil.rmtree(own, ignore_errors=True)
            if source is not None:
                own.mkdir(parents=True)
                (own / "tiny.py").write_text(source)
        return folder

    return lay


@pytest.fixture
def batch(course: Path, tmp_path: Path, monkeypatch: Any, shared_engine: None) -> Callable[..., int]:
    """Run `grade batch` with the course, into tmp_path / "out"."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADE_COURSE", str(course))

    def grade(folder: Path, *options: str) -> int:
        return run(["batch", str(folder), "--out", "out", "--isolation", "none", "-j", "2", *options])

    return grade


def points(out: Path) -> dict[str, str]:
    """Return by student what the grade file says."""
    with open(out / "grades.csv", encoding="utf-8", newline="") as file:
        return {row["key"]: row["tiny"] for row in csv.DictReader(file)}



def test_a_class_is_graded_and_each_student_has_a_report(batch: Any, handed_in: Any, tmp_path: Path) -> None:
    folder = handed_in(ada=RIGHT, ben=WRONG, cem=STUB, dai=BROKEN)

    code = batch(folder)

    assert code == Exit.PASSED
    assert points(tmp_path / "out") == {"ada": "4", "ben": "1", "cem": "0", "dai": "0"}
    report = (tmp_path / "out" / "reports" / "ben" / "tiny.html").read_text()
    assert "double(3) is 9, not twice 3" in report and "not twice 3" in report
    result = json.loads((tmp_path / "out" / "results" / "ben" / "tiny.json").read_text())
    assert (result["student"], result["points"]) == ("ben", 1)


def test_identical_files_are_graded_once(batch: Any, handed_in: Any, tmp_path: Path, capfd: Any) -> None:
    batch(handed_in(ada=RIGHT, ben=RIGHT, cem=WRONG))

    assert "graded 2 of 2" in capfd.readouterr().err
    assert points(tmp_path / "out") == {"ada": "4", "ben": "4", "cem": "1"}


def test_only_what_has_changed_is_graded_again(batch: Any, handed_in: Any, course: Path, tmp_path: Path, capfd: Any) -> None:
    folder = handed_in(ada=RIGHT, ben=WRONG)
    batch(folder)
    capfd.readouterr()

    batch(folder)
    unchanged = capfd.readouterr().err
    handed_in(ben=WRONG + "# once more\n")
    batch(folder)
    other_bytes = capfd.readouterr().err
    batch(folder, "--seed", "5")
    other_seed = capfd.readouterr().err
    hidden = course / "solutions" / "tiny" / "test_hidden.py"
    hidden.write_text(hidden.read_text() + "\n# changed\n")
    batch(folder, "--seed", "5")
    other_suite = capfd.readouterr().err
    batch(folder, "--seed", "5", "--force")
    forced = capfd.readouterr().err

    assert "graded" not in unchanged
    assert "graded 1 of 1" in other_bytes
    for told in (other_seed, other_suite, forced):
        assert "graded 2 of 2" in told


def test_a_change_is_listed_and_waits_to_be_published(batch: Any, handed_in: Any, tmp_path: Path, capfd: Any) -> None:
    batch(handed_in(ada=WRONG))
    capfd.readouterr()

    batch(handed_in(ada=RIGHT))
    listed = capfd.readouterr().out
    before = points(tmp_path / "out"), (tmp_path / "out" / "reports" / "ada" / "tiny.html").read_text()
    batch(tmp_path / "handed in", "--publish")
    after = points(tmp_path / "out"), (tmp_path / "out" / "reports" / "ada" / "tiny.html").read_text()

    assert "ada  tiny  1 of 4 → 4 of 4" in listed and "--publish" in listed
    assert before[0] == {"ada": "1"} and "not twice 3" in before[1]
    assert after[0] == {"ada": "4"} and "not twice 3" not in after[1]


def test_weights_apply_without_running(batch: Any, handed_in: Any, course: Path, tmp_path: Path, capfd: Any) -> None:
    batch(handed_in(ada=RIGHT, ben="def double(x):\n    return 2 * x\n\n\ndef half(x):\n    return x / 2 + 0.3\n"))
    assert points(tmp_path / "out") == {"ada": "4", "ben": "3.5"}
    shutil.rmtree(course / "solutions" / "tiny")  # nothing can be run any more
    (tmp_path / "new.toml").write_text(
        '[tiny]\n"test_hidden.py::test_double" = 5\n"test_hidden.py::test_half" = {points = 2, bands = {"0.6" = 2}}\n'
    )

    run(["regrade", "out", "--points", "new.toml", "--publish"])
    weighed = points(tmp_path / "out")
    run(["regrade", "out", "--suite-points", "--publish"])

    assert weighed == {"ada": "8", "ben": "8"}
    assert points(tmp_path / "out") == {"ada": "4", "ben": "3.5"}


def test_the_weights_that_are_written_change_nothing(batch: Any, handed_in: Any, tmp_path: Path, capfd: Any) -> None:
    batch(handed_in(ada=RIGHT, ben=WRONG, cem=STUB))
    before = points(tmp_path / "out")
    run(["regrade", "out", "--write-points", "now.toml"])
    capfd.readouterr()

    run(["regrade", "out", "--points", "now.toml", "--publish"])

    assert "→" not in capfd.readouterr().out
    assert points(tmp_path / "out") == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[tiny]\n"test_hidden.py::test_doubl" = 1\n', "Did you mean 'test_hidden.py::test_double'?"),
        ("[tini]\n", "Did you mean 'tiny'?"),
        ('[tiny]\n"test_hidden.py::test_double" = -1\n', "that is no weight"),
        ('[tiny]\n"test_hidden.py::test_double" = {points = 1, bands = {"0.5" = 1}}\n', "measures nothing"),
    ],
)
def test_a_wrong_table_of_weights_is_told_with_its_line(
    text: str, said: str, batch: Any, handed_in: Any, tmp_path: Path, capfd: Any
) -> None:
    batch(handed_in(ada=RIGHT))
    (tmp_path / "new.toml").write_text(text)

    code = run(["regrade", "out", "--points", "new.toml"])

    assert code == Exit.USAGE
    assert said in capfd.readouterr().err


def test_an_override_survives_regrades_and_is_shown(batch: Any, handed_in: Any, tmp_path: Path, capfd: Any, monkeypatch: Any) -> None:
    folder = handed_in(ada=WRONG, ben=RIGHT)
    batch(folder)
    monkeypatch.chdir(tmp_path / "out")
    capfd.readouterr()

    run(["override", "ada", "tiny", "+1", "oral exam", "--publish"])
    told = capfd.readouterr().out
    run(["override", "Ben", "tiny", "-0.5"])
    monkeypatch.chdir(tmp_path)
    batch(folder, "--force", "--publish")

    assert "ada  tiny  1 of 4 → 2 of 4  oral exam" in told
    assert points(tmp_path / "out") == {"ada": "2", "ben": "3.5"}
    report = (tmp_path / "out" / "reports" / "ada" / "tiny.html").read_text()
    assert "Changed by your instructor: +1" in report and "oral exam" not in report


def test_overrides_are_taken_back(batch: Any, handed_in: Any, tmp_path: Path) -> None:
    batch(handed_in(ada=WRONG))
    run(["override", "ada", "tiny", "=3.5", "--out", "out", "--publish"])
    set_to = points(tmp_path / "out")

    run(["override", "ada", "tiny", "none", "--out", "out", "--publish"])

    assert (set_to, points(tmp_path / "out")) == ({"ada": "3.5"}, {"ada": "1"})


@pytest.mark.parametrize("wrong", [("eve", "tiny", "+1"), ("ada", "tini", "+1"), ("ada", "tiny", "1"), ("ada", "tiny", "+nan")])
def test_a_wrong_override_is_refused(wrong: tuple[str, ...], batch: Any, handed_in: Any, tmp_path: Path, capfd: Any) -> None:
    batch(handed_in(ada=WRONG))

    assert run(["override", *wrong, "--out", "out"]) == Exit.USAGE
    assert "next" in capfd.readouterr().err


def test_one_check_is_run_again_and_the_rest_is_kept(
    batch: Any, handed_in: Any, course: Path, tmp_path: Path, capfd: Any
) -> None:
    batch(handed_in(ada=RIGHT, ben=WRONG))
    hidden = course / "solutions" / "tiny" / "test_hidden.py"
    hidden.write_text(hidden.read_text().replace("student.half(3) - 1.5", "student.half(3) - 2.5").replace("== 6", "== 7"))
    capfd.readouterr()

    run(["regrade", "out", "--only", "test_half", "--publish"])

    assert points(tmp_path / "out") == {"ada": "3", "ben": "0"}
    assert "ada  tiny  4 of 4 → 3 of 4" in capfd.readouterr().out


def test_what_a_check_needs_is_asked_for_again_with_it(batch: Any, handed_in: Any, tmp_path: Path) -> None:
    batch(handed_in(ada=RIGHT, ben=WRONG))

    run(["regrade", "out", "--only", "test_double_again", "--publish"])

    result = json.loads((tmp_path / "out" / "results" / "ben" / "tiny.json").read_text())
    assert points(tmp_path / "out") == {"ada": "4", "ben": "1"}
    assert [check["verdict"] for check in result["checks"]] == ["failed", "not_run", "passed"]


def test_a_submission_that_timed_out_is_tried_again_alone(batch: Any, handed_in: Any, tmp_path: Path) -> None:
    # Slow as long as the file beside it is not there; that is what a busy machine looks like from inside.
    batch(handed_in(ada=RIGHT, ben="import time\n\n\ndef double(x):\n    time.sleep(60)\n\n\ndef half(x):\n    return x / 2\n"))

    with sqlite3.connect(tmp_path / "out" / "grades.sqlite") as db:
        tried = dict(db.execute("SELECT timed_out, retried FROM result"))
    assert tried == {0: 0, 1: 1}
    assert points(tmp_path / "out") == {"ada": "4", "ben": "1"}


def test_who_handed_in_nothing_is_told_and_gets_no_grade(batch: Any, handed_in: Any, tmp_path: Path, capfd: Any) -> None:
    (tmp_path / "roster.csv").write_text("name,login\nada,ada\nben,ben\nEve Moneypenny,eve\n")

    batch(handed_in(ada=RIGHT, ben=WRONG), "--roster", "roster.csv")

    assert "1 handed in nothing" in capfd.readouterr().out
    assert list(points(tmp_path / "out").values()).count("") == 1


def test_a_dry_run_writes_nothing(batch: Any, handed_in: Any, tmp_path: Path, capfd: Any) -> None:
    code = batch(handed_in(ada=RIGHT), "--dry-run")

    assert code == Exit.PASSED and not (tmp_path / "out").exists()
    assert "ada" in capfd.readouterr().out


def test_what_cannot_be_read_is_told_and_costs_nobody_else(batch: Any, handed_in: Any, tmp_path: Path, capfd: Any) -> None:
    folder = handed_in(ada=RIGHT)
    (folder / "ben").mkdir()
    (folder / "ben" / "tiny.zip").write_bytes(b"PK\x03\x04 and then nothing")

    code = batch(folder)

    assert code == Exit.PASSED
    assert points(tmp_path / "out")["ada"] == "4" and points(tmp_path / "out")["ben"] in ("", "0")
    assert "1 hold no usable file" in capfd.readouterr().out


def test_a_machine_that_cannot_isolate_as_demanded_stops_the_batch_at_once(
    handed_in: Any, course: Path, tmp_path: Path, capfd: Any, monkeypatch: Any, shared_engine: None
) -> None:
    monkeypatch.setenv("GRADE_MOST_ISOLATION", "none")
    monkeypatch.chdir(tmp_path)

    code = run(["batch", str(handed_in(ada=RIGHT, ben=WRONG, cem=STUB)), "--out", "out", "--course", str(course)])

    told = capfd.readouterr().err
    assert code == Exit.GRADER_FAULT
    assert told.count("cannot isolate student code as demanded (landlock)") == 1 and "grade doctor" in told


def test_two_batches_do_not_work_in_one_folder(batch: Any, handed_in: Any, tmp_path: Path, capfd: Any) -> None:
    from grader.batch.folder import BatchFolder, working_in

    with working_in(BatchFolder(tmp_path / "out")):
        code = batch(handed_in(ada=RIGHT))

    assert code == Exit.USAGE and "another command works in this folder" in capfd.readouterr().err


def test_a_gradebook_of_canvas_is_filled_in(batch: Any, handed_in: Any, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(
        "Student,ID,SIS Login ID,Section,tiny (77)\n    Points Possible,,,,4\nada,1,ada,A,\nben,2,ben,A,\n"
    )
    batch(handed_in(ada=RIGHT), "--canvas", "export.csv")
    first = (tmp_path / "out" / "canvas.csv").read_text()

    batch(handed_in(ben=WRONG))  # the exported file is remembered

    assert "ada,1,ada,A,4" in first and "ben" not in first
    assert "ben,2,ben,A,1" in (tmp_path / "out" / "canvas.csv").read_text()


def test_an_export_of_canvas_goes_in_and_grades_come_out_that_canvas_takes(batch: Any, tmp_path: Path, capfd: Any) -> None:
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as archive:
        archive.writestr("lovelaceada_11_900_tiny.py", WRONG)
        archive.writestr("lovelaceada_11_905_tiny-1.py", RIGHT)
        archive.writestr("김민준_LATE_12_901_tiny.py", WRONG)
        archive.writestr("smithjohn_13_902_tiny.py", RIGHT + "# 13\n")
        archive.writestr("smithjohn_14_903_tiny.py", STUB)
        archive.writestr("sum1_15_904_tiny.py", RIGHT + "# 15\n")
    names = {11: "Lovelace, Ada", 12: "김, 민준", 13: "Smith, John", 14: "Smith, John", 15: "=SUM(1)", 16: 'Mouse, "Mickey"'}
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["Student", "ID", "SIS Login ID", "Section", "Tiny homework (77)", "Current Score"])
    writer.writerow(["    Points Possible", "", "", "", "8", "(read only)"])
    writer.writerows([name, number, f"login{number}", "A", "", ""] for number, name in names.items())
    (tmp_path / "export.csv").write_text(rows.getvalue(), encoding="utf-8")

    code = batch(tmp_path / "submissions.zip", "--roster", "export.csv", "--canvas", "export.csv")

    students = {number: CanvasStudent(name=name, login=f"login{number}") for number, name in names.items()}
    canvas = CanvasCourse(assignments={77: "Tiny homework"}, students=students)
    changes = canvas.load((tmp_path / "out" / "canvas.csv").read_bytes())
    assert code == Exit.PASSED
    assert {student: float(grade) for (student, _), grade in changes.items()} == {11: 8, 12: 2, 13: 8, 14: 0, 15: 8}
    assert "1 handed in nothing" in capfd.readouterr().out
    with zipfile.ZipFile(tmp_path / "out" / "feedback-tiny.zip") as feedback:
        assert "lovelaceada_11_905_report.html" in feedback.namelist()


def test_an_export_of_moodle_goes_in_and_grades_come_out_that_moodle_takes(batch: Any, tmp_path: Path) -> None:
    names = {2001: "Jörg Müller", 2002: "김 민준", 2003: "Ada, \"Countess\" Lovelace", 2004: "John Smith", 2005: "John Smith", 2006: "=SUM(1)"}
    sources = {2001: RIGHT, 2002: WRONG, 2003: RIGHT + "# 2003\n", 2004: STUB, 2005: RIGHT + "# 2005\n"}
    with zipfile.ZipFile(tmp_path / "course-tiny-33.zip", "w") as archive:
        for number, source in sources.items():
            archive.writestr(f"{names[number].replace(chr(34), '')}_{number}_assignsubmission_file/tiny.py", source)
    rows = io.StringIO()
    writer = csv.writer(rows, delimiter=";", lineterminator="\n")
    writer.writerow(["ID", "Vollständiger Name", "Status", "Bewertung", "Bestwertung", "Bewertung kann geändert werden", "Zuletzt geändert (Bewertung)"])
    writer.writerows(
        [f"Teilnehmer/in{number}", name, "Abgegeben", "", "10,00", "Ja", "-"] for number, name in names.items()
    )
    before = rows.getvalue().encode("utf-8")
    (tmp_path / "worksheet.csv").write_bytes(before)

    code = batch(tmp_path / "course-tiny-33.zip", "--moodle", "tiny=worksheet.csv")

    moodle = MoodleAssignment(
        participants=dict.fromkeys(names),
        identifier="ID",
        grade="Bewertung",
        modified="Zuletzt geändert (Bewertung)",
        participant="Teilnehmer/in",
        point=",",
    )
    after = (tmp_path / "out" / "moodle-tiny.csv").read_bytes()
    grades, _ = moodle.load(after, delimiter=";")
    feedback = moodle_feedback_files((tmp_path / "out" / "feedback-tiny.zip").read_bytes(), set(names))
    assert code == Exit.PASSED
    assert grades == {2001: 10, 2002: 2.5, 2003: 10, 2004: 0, 2005: 10}
    assert set(feedback) == set(sources)
    untouched = [line for line in before.splitlines() if b"2006" in line or b"Teilnehmer" not in line]
    assert all(line in after.splitlines() for line in untouched)


@pytest.mark.skipif(sys.platform != "linux", reason="kills a whole group of processes")
@pytest.mark.parametrize("kills", [3 if not os.environ.get("GRADE_FULL") else 50])
def test_a_batch_that_is_killed_goes_on_where_it_was(kills: int, course: Path, handed_in: Any, tmp_path: Path) -> None:
    # Enough that the first kill comes before the end, also where this process is scheduled late.
    count = 40 if kills == 3 else 300
    sources = {f"student{number}": f"{(RIGHT, WRONG, STUB)[number % 3]}# {number}\n" for number in range(count)}
    folder = handed_in(**sources)
    command = [sys.executable, "-m", "grader", "batch", str(folder), "--course", str(course), "--isolation", "none", "-j", "2"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}

    def start(out: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*command, "--out", str(tmp_path / out)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=(tmp_path / "stderr.txt").open("ab"),
            start_new_session=True,
        )

    def graded(out: str) -> int:
        try:
            with sqlite3.connect(f"file:{tmp_path / out / 'grades.sqlite'}?mode=ro", uri=True) as db:
                return int(db.execute("SELECT count(*) FROM result").fetchone()[0])
        except sqlite3.Error:
            return 0

    at, done_at_kill = 0, []
    for kill in range(kills):
        process = start("killed")
        at = max(at + 1, count * (kill + 1) // (kills + 1))
        while graded("killed") < at and process.poll() is None:
            time.sleep(0.01)
        assert process.poll() is None, (tmp_path / "stderr.txt").read_text()
        process.kill()
        process.wait()
        done_at_kill.append(graded("killed"))
        time.sleep(0.05)
    assert start("killed").wait() == 0
    assert start("undisturbed").wait() == 0

    assert sorted(done_at_kill) == done_at_kill and done_at_kill[0] < count
    for name in ("grades.csv", "grades.jsonl"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "undisturbed" / name).read_bytes()
