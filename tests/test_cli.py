"""The `grade` command: exit codes, faults told on stderr, reports written whole or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import write_course

from grader.cli import run

HIDDEN = '''
@pytest.mark.points(2)
@pytest.mark.concept("Doubling")
def test_double(student):
    """It doubles

    Look at the factor.
    """
    assert student.double(4) == 8, "4 doubled is 8"


@pytest.mark.points(1)
@pytest.mark.disclose("nothing")
def test_quiet(student):
    assert student.double(5) == 10, "a secret"
'''
VISIBLE = "@pytest.mark.points(1)\ndef test_shown(student):\n    assert student.double(1) == 2\n"
RIGHT = "def double(x):\n    return x * 2\n"
WRONG = "def double(x):\n    return x + 1\n"


pytestmark = pytest.mark.usefixtures("shared_engine")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course in the current folder."""
    root = write_course(
        tmp_path / "course", hidden=HIDDEN, visible=VISIBLE, toml='concepts = ["Doubling"]\nhidden_checks = 2'
    )
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def right(tmp_path: Path) -> str:
    """A right submission."""
    return write(tmp_path / "ada" / "work.py", RIGHT)


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    """A wrong submission."""
    return write(tmp_path / "bob" / "work.py", WRONG)


def write(path: Path, text: str) -> str:
    """Write a file and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def listing(folder: Path) -> list[str]:
    """Return all files below a folder."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )


# Exit codes and streams


def test_a_right_submission_ends_with_0_and_prints_the_score(course: Path, right: str, capsys: Any) -> None:
    assert run(["tiny", right]) == 0

    out, errors = capsys.readouterr()
    assert "4 of 4" in out and "Tiny" in out and errors == ""


def test_a_wrong_submission_ends_with_1_and_says_what_is_wrong(course: Path, wrong: str, capsys: Any) -> None:
    assert run(["tiny", wrong]) == 1

    out, errors = capsys.readouterr()
    assert "4 doubled is 8" in out and "Look at the factor." not in out and errors == ""
    assert out.splitlines()[-1].endswith("--hint.")
    assert "a secret" not in out


def test_a_hint_is_told_when_it_is_asked_for(course: Path, wrong: str, capsys: Any) -> None:
    assert run(["tiny", wrong, "--hint"]) == 1

    out = capsys.readouterr().out
    assert "4 doubled is 8" in out and "Look at the factor." in out


def test_without_a_submission_the_file_of_the_course_is_graded(course: Path, capsys: Any) -> None:
    assert run(["tiny"]) == 1

    out = capsys.readouterr().out
    assert "TODO" in out and "0 of 4" in out and "FAIL" not in out


def test_an_exercise_may_be_named_with_the_command(course: Path, right: str) -> None:
    assert run(["exercise", "tiny", right]) == 0


USAGE = {
    "unknown exercise": (["tinny"], "no exercise called 'tinny'; the closest is 'tiny'"),
    "nothing like it": (["quaternions"], "no exercise called 'quaternions'"),
    "missing file": (["tiny", "nowhere.py"], "nowhere.py"),
    "missing course": (["tiny", "--course", "nowhere"], "does not exist"),
    "no course": (["tiny", "--course", "/"], "is not a course"),
    "unknown option": (["tiny", "--jsn", "-"], "No such option"),
    "bad seed": (["tiny", "--seed", "-1"], "--seed"),
    "bad device": (["tiny", "--device", "tpu"], "--device"),
    "bad audience": (["tiny", "--audience", "parents"], "--audience"),
    "two submissions": (["tiny", "a.py", "b.py"], "unexpected extra argument"),
}


@pytest.mark.parametrize(("arguments", "words"), USAGE.values(), ids=USAGE)
def test_wrong_usage_ends_with_2_on_stderr(course: Path, capsys: Any, arguments: list[str], words: str) -> None:
    assert run(arguments) == 2

    out, errors = capsys.readouterr()
    assert out == "" and words in errors and "Traceback" not in errors


def test_no_gpu_is_wrong_usage(course: Path, right: str, capsys: Any) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")

    assert run(["tiny", right, "--device", "cuda"]) == 2
    assert "there is no GPU that torch can use" in capsys.readouterr().err


def bad_submissions(folder: Path) -> dict[str, tuple[Path, str]]:
    """Return unusable submissions and a word of what is said."""
    folder.mkdir()
    (folder / "empty").mkdir()
    write(folder / "two" / "one.py", RIGHT)
    write(folder / "two" / "other.py", RIGHT)
    (folder / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    with zipfile.ZipFile(folder / "hollow.zip", "w") as archive:
        archive.writestr("notes.txt", "nothing")
    with zipfile.ZipFile(folder / "escaping.zip", "w") as archive:
        archive.writestr("../../work.py", RIGHT)
    (folder / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return {
        "empty folder": (folder / "empty", "the folder is empty"),
        "two candidates": (folder / "two", "one.py"),
        "unreadable zip": (folder / "broken.zip", "zip"),
        "zip without Python": (folder / "hollow.zip", "no"),
        "zip that leads out": (folder / "escaping.zip", "../../work.py"),
        "another kind of file": (folder / "image.png", "png"),
    }


@pytest.mark.parametrize(
    "name",
    [
        "empty folder",
        "two candidates",
        "unreadable zip",
        "zip without Python",
        "zip that leads out",
        "another kind of file",
    ],
)
def test_an_unusable_submission_ends_with_2_and_names_it(course: Path, tmp_path: Path, capsys: Any, name: str) -> None:
    path, word = bad_submissions(tmp_path / "bad")[name]

    assert run(["tiny", str(path)]) == 2

    out, errors = capsys.readouterr()
    assert out == "" and word.lower() in errors.lower() and "next" in errors and "Traceback" not in errors


@pytest.mark.parametrize("kind", ["folder", "zip", "other name"])
def test_a_submission_may_be_a_folder_a_zip_or_have_another_name(
    course: Path, tmp_path: Path, right: str, kind: str
) -> None:
    folder = Path(right).parent
    with zipfile.ZipFile(tmp_path / "ada.zip", "w") as archive:
        archive.write(right, "ada/work.py")
    paths = {
        "folder": folder,
        "zip": tmp_path / "ada.zip",
        "other name": write(tmp_path / "mine" / "homework (2).py", RIGHT),
    }

    assert run(["tiny", str(paths[kind]), "--quiet"]) == 0


def test_a_wrong_key_of_the_toml_is_named_with_its_line(course: Path, capsys: Any) -> None:
    toml = course / "exercises" / "tiny" / "exercise.toml"
    toml.write_text(toml.read_text().replace("points = ", "point = "))

    assert run(["tiny"]) == 2

    errors = capsys.readouterr().err
    assert "unknown key `point`" in errors and "exercise.toml:3" in errors and "`points`" in errors


def test_a_missing_dataset_ends_with_2_and_names_the_cure(
    course: Path, right: str, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    toml = course / "exercises" / "tiny" / "exercise.toml"
    toml.write_text(toml.read_text() + '[data]\ndatasets = ["fashion-mnist"]\n')
    for name in ("HOME", "XDG_CACHE_HOME", "GRADE_DATA"):
        monkeypatch.setenv(name, str(tmp_path / "nowhere"))

    assert run(["tiny", right]) == 2

    assert "grade data fashion-mnist" in capsys.readouterr().err


def test_a_suite_that_cannot_be_collected_ends_with_3(course: Path, right: str, capsys: Any) -> None:
    (course / "solutions" / "tiny" / "test_hidden.py").write_text("def test_(:\n")

    assert run(["tiny", right, "--json", "-"]) == 3

    result = json.loads(capsys.readouterr().out)
    assert result["outcome"] == "grader_error" and result["max_points"] == 4


def test_a_visible_suite_that_cannot_be_collected_ends_with_3(tmp_path: Path, right: str, capsys: Any) -> None:
    root = write_course(tmp_path / "students", visible="def test_(:\n", points=1)

    assert run(["tiny", right, "--course", str(root)]) == 3

    out, errors = capsys.readouterr()
    assert out == "" and "not the fault of the submission" in errors


# What is written


def test_json_on_stdout_is_all_of_stdout(course: Path, wrong: str, capsys: Any) -> None:
    assert run(["tiny", wrong, "--json", "-"]) == 1

    out, errors = capsys.readouterr()
    result = json.loads(out)
    assert errors == ""
    assert (result["schema"], result["exercise"], result["points"], result["max_points"]) == (
        "grade/result/1",
        "tiny",
        1,
        4,
    )
    assert [check["verdict"] for check in result["checks"]] == ["passed", "failed", "failed"]
    assert "a secret" in out


def test_an_audience_decides_what_the_json_tells(course: Path, wrong: str, capsys: Any) -> None:
    assert run(["tiny", wrong, "--json", "-", "--audience", "student"]) == 1

    out = capsys.readouterr().out
    assert "a secret" not in out and "4 doubled is 8" in out


def test_the_instructors_text_tells_more_than_the_students(course: Path, wrong: str, capsys: Any) -> None:
    run(["tiny", wrong, "--audience", "instructor"])

    assert "a secret" in capsys.readouterr().out


def test_reports_go_into_files_and_the_text_stays_on_stdout(
    course: Path, wrong: str, tmp_path: Path, capsys: Any
) -> None:
    out_folder = tmp_path / "out"
    out_folder.mkdir()

    assert run(["tiny", wrong, "--json", str(out_folder / "r.json"), "--html", str(out_folder / "r.html")]) == 1

    out, errors = capsys.readouterr()
    assert "4 doubled is 8" in out and "r.html" in errors
    assert json.loads((out_folder / "r.json").read_text(encoding="utf-8"))["points"] == 1
    assert "4 doubled is 8" in (out_folder / "r.html").read_text(encoding="utf-8")
    assert "a secret" not in (out_folder / "r.html").read_text(encoding="utf-8")
    assert listing(out_folder) == ["r.html", "r.json"]


@pytest.mark.parametrize("option", ["--json", "--html"])
@pytest.mark.parametrize("place", ["below a file", "in a missing folder", "a folder"])
def test_a_report_that_cannot_be_written_ends_with_2_and_leaves_nothing(
    course: Path, right: str, tmp_path: Path, capsys: Any, option: str, place: str
) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out" / "file", "not a folder")
    target = {"below a file": "out/file/report", "in a missing folder": "out/missing/report", "a folder": "out"}[place]
    before = listing(tmp_path / "out")

    assert run(["tiny", right, option, str(tmp_path / target)]) == 2

    assert "report" in capsys.readouterr().err
    assert listing(tmp_path / "out") == before


def test_an_old_report_is_replaced(course: Path, right: str, tmp_path: Path) -> None:
    report = tmp_path / "r.json"
    report.write_text("old" * 100_000)

    assert run(["tiny", right, "--json", str(report), "--quiet"]) == 0

    assert json.loads(report.read_text(encoding="utf-8"))["points"] == 4


def test_quiet_prints_one_line(course: Path, right: str, capsys: Any) -> None:
    assert run(["tiny", right, "--quiet"]) == 0

    out, errors = capsys.readouterr()
    assert out.count("\n") == 1 and "4 of 4" in out and errors == ""


def test_the_seed_is_in_the_result(course: Path, right: str, capsys: Any) -> None:
    assert run(["tiny", right, "--json", "-", "--seed", "7"]) == 0

    assert json.loads(capsys.readouterr().out)["environment"]["seed"] == 7


def test_the_visible_suite_alone_says_what_the_instructor_runs_besides(course: Path, right: str, capsys: Any) -> None:
    assert run(["tiny", right, "--suites", "visible"]) == 0

    out = capsys.readouterr().out
    assert "1 of 1" in out and "2 hidden checks" in out


def test_grading_leaves_the_course_and_the_submission_as_they_were(course: Path, right: str, tmp_path: Path) -> None:
    before = listing(tmp_path)

    run(["tiny", right, "--quiet"])

    assert listing(tmp_path) == before


# All exercises


def test_all_grades_what_is_there_and_says_what_is_left_out(course: Path, tmp_path: Path, capsys: Any) -> None:
    (course / "exercises" / "tiny").rename(course / "exercises" / "exercise1")
    (course / "solutions" / "tiny").rename(course / "solutions" / "exercise1")
    second = write_course(tmp_path / "second", hidden=HIDDEN, points=3)
    (second / "exercises" / "tiny").rename(course / "exercises" / "exercise2")
    (second / "solutions" / "tiny").rename(course / "solutions" / "exercise2")
    write(tmp_path / "mine" / "exercise1" / "work.py", RIGHT)

    assert run(["all", str(tmp_path / "mine"), "--json", str(tmp_path / "out"), "--html", str(tmp_path / "out")]) == 0

    out, errors = capsys.readouterr()
    assert "exercise1" in out and "left out: exercise2" in errors
    assert listing(tmp_path / "out") == ["exercise1.html", "exercise1.json", "index.html"]


def test_all_of_an_empty_folder_is_wrong_usage(course: Path, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "nothing").mkdir()

    assert run(["all", str(tmp_path / "nothing")]) == 2
    assert "there is nothing to grade" in capsys.readouterr().err


def test_list_prints_a_line_an_exercise(course: Path, capsys: Any) -> None:
    assert run(["list"]) == 0

    out, errors = capsys.readouterr()
    assert out.split() == ["tiny", "4", "points", "work.py", "Tiny"] and errors == ""


def test_a_broken_exercise_does_not_hide_the_others_from_the_list(course: Path, capsys: Any) -> None:
    write(course / "exercises" / "other" / "exercise.toml", "title = ")

    assert run(["list"]) == 2

    out, errors = capsys.readouterr()
    assert out.startswith("tiny") and "broken" in errors and "other" in errors


# Help, and what a command costs


def commands() -> list[str]:
    """Return the names of all commands."""
    from grader.cli.commands import cli

    return sorted(cli.commands)


@pytest.mark.parametrize("command", ["", *commands()])
def test_every_command_has_help_with_an_example(command: str, capsys: Any) -> None:
    assert run([*command.split(), "--help"]) == 0

    out = capsys.readouterr().out
    assert "Usage: grade" in out and ("such as `grade" in " ".join(out.split()) or command == "")
    assert max(map(len, out.splitlines())) <= 100


def test_help_names_the_exit_codes(capsys: Any) -> None:
    assert run(["--help"]) == 0
    assert "0 the pass mark is reached" in " ".join(capsys.readouterr().out.split())


def test_the_versions_of_grader_course_and_suites_are_told(course: Path, capsys: Any) -> None:
    from grader import __version__

    assert run(["--version"]) == 0
    grader_line, course_line, suite_line = capsys.readouterr().out.splitlines()
    assert grader_line.startswith(f"grade {__version__}, code ") and course_line.startswith(f"course {course}, ")
    suite = course / "solutions" / "tiny" / "test_hidden.py"
    suite.write_text(suite.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    run(["--version"])
    again = capsys.readouterr().out.splitlines()
    assert again[0] == grader_line and "(visible and hidden)" in suite_line
    assert again[1] != course_line and again[2] != suite_line


def test_verify_shows_each_mutant_that_the_suites_let_live(course: Path, capsys: Any) -> None:
    unused = "def unused(x):\n    return -x\n"
    write(course / "solutions" / "tiny" / "work.py", f"def double(x):\n    return x + x\n\n\n{unused}")

    assert run(["verify", "tiny", "--mutants", "--jobs", "1"]) == 1

    out, errors = capsys.readouterr()
    assert "  FAIL  every mutant loses points: 4 of 6 do, 0 may live\n" in out
    assert "        lives  sign dropped at line 6, in unused\n        --- work.py\n" in out
    assert "        -    return -x\n        +    return x\n" in out and errors == ""


def test_help_and_list_import_nothing_slow(course: Path) -> None:
    code = (
        "import sys\n"
        "from grader.cli import run\n"
        "codes = run(['list']), run(['--help']), run(['tiny', '--help']), run(['no-such-exercise'])\n"
        "slow = {'torch', 'numpy', 'pytest', 'matplotlib', 'jinja2', 'rich', 'pygments', 'torchvision'} & set(sys.modules)\n"
        "print(codes, sorted(slow))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=course, check=True
    )

    assert done.stdout.splitlines()[-1] == "(0, 0, 0, 2) []"


def test_the_module_runs_like_the_command(course: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}

    done = subprocess.run(
        [sys.executable, "-m", "grader", "tinny"],
        capture_output=True,
        text=True,
        env=environment,
        cwd=course,
        check=False,
    )

    assert done.returncode == 2 and done.stdout == "" and "the closest is 'tiny'" in done.stderr
