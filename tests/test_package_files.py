"""What is in a ready-made set-up, and what is not."""

import io
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packages import GPU, KINDS, ROOT, order

from grader.cli import run
from grader.course import find_exercise, open_course
from grader.course_file import read_course_file
from grader.packaging import wheel
from grader.packaging.archives import zip_of
from grader.packaging.one_exercise import course_files
from grader.packaging.setups import SETUPS, TEMPLATES


def test_an_autograder_holds_what_grades_the_exercise_and_nothing_of_the_others(tmp_path: Path) -> None:
    out = tmp_path / "exercise3.zip"

    assert run(["package", "gradescope", "--exercise", "exercise3", "--out", str(out), "--course", str(ROOT)]) == 0

    with zipfile.ZipFile(out) as archive:
        names = set(archive.namelist())
        programs = {entry.filename for entry in archive.infolist() if entry.external_attr >> 16 & stat.S_IXUSR}
    assert {"setup.sh", "run_autograder", wheel.NAME} <= names
    assert {"course/exercises/exercise3/exercise.toml", "course/solutions/exercise3/test_hidden.py"} <= names
    assert all("exercise3" in name for name in names if name.startswith("course/"))
    assert not [name for name in names if "mistakes" in name or "__pycache__" in name]
    assert programs == {"setup.sh", "run_autograder"}


def test_the_same_exercise_gives_the_same_bytes_whatever_the_time(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "exercises" / "exercise3", tmp_path / "exercises" / "exercise3")
    first = zip_of(SETUPS["gradescope"](order(course=tmp_path)))
    for path in tmp_path.rglob("*"):
        os.utime(path, (1, 1))
    (tmp_path / "exercises" / "exercise3" / "__pycache__").mkdir()
    (tmp_path / "exercises" / "exercise3" / "__pycache__" / "calculator.cpython-312.pyc").write_bytes(b"\0")

    assert zip_of(SETUPS["gradescope"](order(course=tmp_path))) == first


COURSE_TOML = """\
title = 'Deep "learning" \\ I'
late = [{hours = 24, keep = 0.9}, {hours = 72.5, keep = 0.5}]
grace_minutes = 10
[due]
exercise1 = 2026-11-13T23:59:00+01:00
exercise3 = 2026-11-20T23:59:00+01:00
[gradescope]
nothing = "after_published"
hint = "visible"
"""


def test_due_date_and_late_policy_travel_with_the_exercise(tmp_path: Path) -> None:
    for name in ("exercise1", "exercise3"):
        shutil.copytree(ROOT / "exercises" / name, tmp_path / "course" / "exercises" / name)
    (tmp_path / "course" / "course.toml").write_text(COURSE_TOML)
    course = open_course(tmp_path / "course", asked_by="the tests")

    for path, file in course_files(course, find_exercise(course, "exercise3")).items():
        (tmp_path / "packed" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "packed" / path).write_bytes(file.content)

    before, after = read_course_file(course), read_course_file(open_course(tmp_path / "packed", asked_by="the tests"))
    assert (after.title, after.late) == (before.title, before.late)
    assert after.due == {"exercise3": before.due["exercise3"]}
    assert after.gradescope == before.gradescope != {}


def test_a_package_without_a_hidden_suite_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(ROOT / "exercises" / "exercise3", tmp_path / "exercises" / "exercise3")

    run(["package", "gradescope", "--exercise", "3", "--out", str(tmp_path / "a.zip"), "--course", str(tmp_path)])

    assert "only its visible suite is in the package" in capsys.readouterr().err


def test_the_wheel_installs_and_grades_elsewhere_with_no_solution_inside(tmp_path: Path) -> None:
    (tmp_path / wheel.NAME).write_bytes(wheel.grader_wheel())
    where = tmp_path / "site"
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--disable-pip-version-check",
        "--no-compile",
    ]
    subprocess.run([*pip, "--target", str(where), str(tmp_path / wheel.NAME)], check=True, cwd=tmp_path)
    env = {**os.environ, "PYTHONPATH": str(where), "GRADE_COURSE": str(ROOT)}

    listed = subprocess.run(
        [where / "bin" / "grade", "list"], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert listed.returncode == 0 and "exercise3" in listed.stdout, listed.stderr
    assert (where / "grader" / "packaging" / "templates" / "gradescope" / "run_autograder").is_file()
    assert not list(where.rglob("test_hidden.py"))


def test_the_wheel_asks_for_what_the_project_needs() -> None:
    needs = re.search(r"^dependencies = \[\n(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.MULTILINE | re.DOTALL)
    assert needs is not None
    wanted = sorted(re.findall(r'^  "([^"]+)"', needs[1], re.MULTILINE))

    with zipfile.ZipFile(io.BytesIO(wheel.grader_wheel())) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("METADATA")]
        metadata = archive.read(name).decode()

    assert re.findall(r"^Requires-Dist: (.*)$", metadata, re.MULTILINE) == wanted


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "gradescope"])
def test_a_set_up_holds_no_file_of_a_course(kind: str) -> None:
    files = SETUPS[kind](order())

    assert not [path for path in files if "exercise3" in path or "solution" in path]
    [carried] = [file.content for path, file in files.items() if path.endswith(".whl")]
    with zipfile.ZipFile(io.BytesIO(carried)) as archive:
        assert not [name for name in archive.namelist() if "grader/course/" in name or name.endswith("test_hidden.py")]


@GPU
@pytest.mark.parametrize("kind", KINDS)
def test_torch_comes_from_the_index_that_was_chosen_and_in_no_fixed_version(kind: str, gpu: bool) -> None:
    files = SETUPS[kind](order(gpu=gpu))
    texts = "\n".join(
        file.content.decode() for path, file in files.items() if not path.endswith(".whl") and "course/" not in path
    )

    assert "torch torchvision" in texts and "torch==" not in texts
    if kind != "github":  # there it is an input of the action
        assert ("download.pytorch.org/whl/cpu" in texts) is not gpu


def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "Dockerfile").write_text("FROM mine\n")
    command = ["package", "docker", "--out", str(tmp_path)]

    assert run(command) == 2
    assert "this file is there already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["Dockerfile"]
    assert run([*command, "--force"]) == 0
    assert "FROM python" in (tmp_path / "Dockerfile").read_text()
    assert run(command) == 0  # as it is already


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["gradescope"], "needs the exercise", id="no exercise"),
        pytest.param(["docker", "--exercise", "exercise3"], "an image for all exercises", id="an exercise too many"),
        pytest.param(["gitlab", "--exercise", "exercise33"], "no exercise called", id="an unknown exercise"),
    ],
)
def test_wrong_usage_is_told(words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["package", *words, "--out", str(tmp_path / "x"), "--course", str(ROOT)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["gradescope", "gitlab", "github"])
@pytest.mark.parametrize("name", ["ex $(touch pwned)", "a;b", "-rf", "a\nb", 'a"b', "${{ github.token }}"], ids=ascii)
def test_the_name_of_an_exercise_never_becomes_a_command(
    kind: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "exercises" / "exercise3", tmp_path / "exercises" / name)

    code = run(["package", kind, f"--exercise={name}", "--out", str(tmp_path / "out"), "--course", str(tmp_path)])

    assert code == 2 and "cannot go into the files of other programs" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_action_at_the_root_is_the_one_that_travels() -> None:
    assert (ROOT / "action.yml").read_bytes() == (TEMPLATES / "github" / "action.yml").read_bytes()
