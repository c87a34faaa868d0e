"""`grade start` lays the exercises out for a student, again and again, and never touches what the student has edited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import write_course

from grader.cli import run
from grader.course import Course, open_course
from grader.release.lock import LOCK_NAME

VISIBLE = "@pytest.mark.points(1)\ndef test_shown(student):\n    assert student.double(1) == 2\n"
STUB = "exercises/tiny/work.py"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A whole course that came with the package."""
    monkeypatch.delenv("GRADE_COURSE", raising=False)
    hidden = "@pytest.mark.points(1)\ndef test_secret(student):\n    assert student.double(3) == 6\n"
    root = write_course(tmp_path / "package", hidden=hidden, visible=VISIBLE, toml="hidden_checks = 1")
    bundled: Course = open_course(root, asked_by="the test")
    monkeypatch.setattr("grader.cli.starting.bundled_course", lambda: bundled)
    return root


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working directory."""
    folder = tmp_path / "me"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_an_empty_folder_becomes_a_place_to_work(course: Path, here: Path, capsys: Any) -> None:
    assert run(["start"]) == 0

    public = {"exercises/tiny/exercise.toml", "exercises/tiny/test_visible.py", STUB}
    assert files_in(here) == {".gitignore", "README.md", LOCK_NAME, *public}
    told = capsys.readouterr().out
    assert "laid out tiny" in told
    assert f"edit   {STUB}" in told and "grade  tiny" in told
    assert "cd " not in told


def test_the_readme_says_how_to_go_on(course: Path, here: Path) -> None:
    run(["start"])

    readme = (here / "README.md").read_text(encoding="utf-8")
    for words in ("pip install grade-", "grade tiny", "grade watch tiny", "--html report.html", "| tiny | `work.py` |"):
        assert words in readme
    assert "solutions" not in readme and "$" not in readme


def test_a_named_folder_is_made_and_told(course: Path, here: Path, capsys: Any) -> None:
    assert run(["start", "deep/course"]) == 0

    assert (here / "deep" / "course" / STUB).is_file()
    assert "cd deep/course" in capsys.readouterr().out


def test_what_a_student_has_edited_stays_and_is_told(course: Path, here: Path, capsys: Any) -> None:
    run(["start"])
    (here / STUB).write_text("my work\n", encoding="utf-8")
    (course / STUB).write_text('"""A newer stub."""\n', encoding="utf-8")
    (course / "exercises/tiny/test_visible.py").write_text("# newer\n", encoding="utf-8")

    for _ in range(2):  # what was left once is left again
        capsys.readouterr()
        assert run(["start"]) == 0

        assert (here / STUB).read_text(encoding="utf-8") == "my work\n"
        assert f"left     {STUB}: it is not as it was laid out" in capsys.readouterr().out
    assert (here / "exercises/tiny/test_visible.py").read_text(encoding="utf-8") == "# newer\n"


def test_what_nobody_has_touched_is_renewed(course: Path, here: Path, capsys: Any) -> None:
    run(["start"])
    (course / STUB).write_text('"""A newer stub."""\n', encoding="utf-8")
    capsys.readouterr()

    assert run(["start"]) == 0

    assert (here / STUB).read_text(encoding="utf-8") == '"""A newer stub."""\n'
    assert f"renewed  {STUB}" in capsys.readouterr().out


def test_a_file_of_another_origin_stays(course: Path, here: Path, capsys: Any) -> None:
    (here / "README.md").write_text("my notes\n", encoding="utf-8")

    assert run(["start"]) == 0

    assert (here / "README.md").read_text(encoding="utf-8") == "my notes\n"
    assert "left     README.md" in capsys.readouterr().out


def test_a_second_time_nothing_is_left_to_do(course: Path, here: Path, capsys: Any) -> None:
    run(["start"])
    before = {name: (here / name).stat().st_mtime_ns for name in files_in(here) - {LOCK_NAME}}
    capsys.readouterr()

    assert run(["start"]) == 0

    assert "all exercises are here already" in capsys.readouterr().out
    assert {name: (here / name).stat().st_mtime_ns for name in before} == before


def test_an_instructors_course_is_no_place_to_start(course: Path, here: Path, capsys: Any) -> None:
    assert run(["start", str(course)]) == 2
    assert "this folder is the course itself" in capsys.readouterr().err
    (here / "solutions").mkdir()

    assert run(["start"]) == 2

    assert "holds solutions/" in capsys.readouterr().err
    assert files_in(here) == set()


def test_exercises_that_a_course_released_are_left_to_the_course(course: Path, here: Path, capsys: Any) -> None:
    run(["start"])
    lock = here / LOCK_NAME
    lock.write_text(lock.read_text(encoding="utf-8").replace('"start"', '"release"'), encoding="utf-8")

    assert run(["start"]) == 2

    assert "your course gave you these exercises as a whole" in capsys.readouterr().err


def test_an_older_grader_turns_nothing_back(course: Path, here: Path, capsys: Any) -> None:
    run(["start"])
    lock = here / LOCK_NAME
    lock.write_text(lock.read_text(encoding="utf-8").replace('grader = "', 'grader = "9'), encoding="utf-8")

    assert run(["start"]) == 2

    assert "this is an older one: they would be turned back" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_told(course: Path, here: Path, capsys: Any) -> None:
    (here / "exercises").write_text("a file", encoding="utf-8")

    assert run(["start"]) == 2

    assert "cannot be written" in capsys.readouterr().err


def test_from_an_empty_folder_to_a_report_that_opens(course: Path, here: Path, grader: Any, capsys: Any) -> None:
    from grader.render.as_html import to_html
    from grader.submission import read_submission

    run(["start"])
    exercise = open_course(here, asked_by="the test").exercises["tiny"]
    (here / STUB).write_text("def double(x):\n    return 2 * x\n", encoding="utf-8")

    result = grader.grade(exercise, read_submission(here / STUB, exercise))

    assert (result.points, result.hidden_checks) == (1, 1)
    assert "<h1" in to_html(result)
