"""A students' copy holds nothing of `solutions/`, whatever hides it, and is written whole or not at all."""

from __future__ import annotations

import contextlib
import io
import json
import py_compile
import shutil
import subprocess
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import write_course
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.cli import run
from grader.course import open_course
from grader.faults import UsageError
from grader.release.lock import LOCK_NAME, read_lock
from grader.release.public import public_files
from grader.release.releasing import Released, release
from grader.release.repository import commit_all, run_git
from grader.release.searching import search_folder
from grader.release.secrets import Secrets, read_secrets
from grader.release.students_copy import student_copy
from grader.release.words import views_of, words_of

ROOT = Path(__file__).parents[1]
HINT = "Which of the two factors is left out where the input is negative?"
NUMBERS = "[[3.5, 1.0, 4.0], [1.25, 5.0, 9.0]]"
HIDDEN = f'''
@pytest.mark.points(2)
def test_secretly(student):
    """It doubles whatever is given, below zero as well"""
    expected = {NUMBERS}
    assert student.double(-4) == -8, (
        "Which of the two factors is left out "
        "where the input is negative?"
    )
'''
VISIBLE = '''
@pytest.mark.points(1)
def test_shown(student):
    """One example that anybody may see here"""
    assert student.double(1) == 2
'''
BODY = "    halves = [x / 2 for _ in range(4)]\n    total = sum(halves)  # by way of halves\n    return total\n"
SOLUTION = f'"""The stub."""\n\n\ndef double(x):\n{BODY}'


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one exercise, and everything in it that can be secret."""
    root = write_course(tmp_path / "course", hidden=HIDDEN, visible=VISIBLE, toml="hidden_checks = 1")
    (root / "exercises/tiny/README.md").write_text("# Tiny\n\nDouble what is given.\n", encoding="utf-8")
    (root / "solutions/tiny/work.py").write_text(SOLUTION, encoding="utf-8")
    (root / "solutions/tiny/labels.bin").write_bytes(bytes(range(64)))
    return root


def secrets_of(root: Path) -> Secrets:
    return read_secrets(open_course(root, asked_by="the test"))


@pytest.fixture
def leaks_in(course: Path, tmp_path: Path) -> Callable[[], list[str]]:
    """Gives what is found in the folder `copy`."""

    def search() -> list[str]:
        found = search_folder(tmp_path / "copy", secrets_of(course))
        return [f"{leak.place} {leak.what}" for leak in found.leaks]

    return search


@pytest.fixture
def copy(course: Path, tmp_path: Path) -> Path:
    """The students' copy of the course, laid out by hand."""
    files = student_copy([*open_course(course, asked_by="the test").exercises.values()], "release").files
    for name, content in files.items():
        path = tmp_path / "copy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "copy"


def released(course: Path, folder: Path, grader: Any, **options: Any) -> Released:
    opened = open_course(course, asked_by="the test")
    return release(opened, [*opened.exercises.values()], folder, grader, **options)


# The course of this repository


def test_nothing_of_solutions_is_in_what_students_get_of_this_course() -> None:
    course = open_course(ROOT, asked_by="the test")
    exercises = [*course.exercises.values()]
    secrets = read_secrets(course)

    public = public_files(exercises)
    found = [
        (name, secret.place)
        for name, content in student_copy(exercises, "release").files.items()
        for text in [f" {' '.join(words_of(content.decode()))} "]
        for secret in secrets.worded
        if f" {' '.join(secret.words)} " in text
    ]

    assert not found
    assert len(secrets.worded) > 100 * len(exercises)
    suites = {secret.place.partition(":")[0] for secret in secrets.worded}
    assert {f"solutions/{exercise.name}/test_hidden.py" for exercise in exercises} <= suites
    assert not [name for name in public.files if not name.startswith("exercises/")]


def test_no_body_of_a_hidden_suite_or_solution_is_overlooked(course: Path) -> None:
    secrets = secrets_of(course)

    kinds = {(secret.kind, secret.place) for secret in secrets.worded}

    assert ("the body of double", "solutions/tiny/work.py:5") in kinds
    assert any(kind == "the body of test_secretly" for kind, _ in kinds)
    assert any(kind == "numbers" for kind, _ in kinds)
    assert list(secrets.data) == ["solutions/tiny/labels.bin"]


# What is found


def test_a_clean_copy_has_no_leak(copy: Path, leaks_in: Callable[[], list[str]]) -> None:
    assert leaks_in() == []


@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        pytest.param(f"Look here: {HINT}\n", "a text of", id="a literal in prose"),
        pytest.param(HINT.replace(" ", "\n> "), "a text of", id="wrapped and quoted"),
        pytest.param('x = ("Which of the two factors is "\n     f"left out where the input is negative?")\n', "a text of", id="split otherwise"),
        pytest.param(SOLUTION, "the body of double", id="the solution"),
        pytest.param(textwrap.indent(BODY.replace("  # by way of halves", ""), "# "), "the body of double", id="commented out"),
        pytest.param(BODY.replace("  # by way", "  # another"), "the body of double", id="with other comments"),
        pytest.param(f"<pre>{BODY.replace('    ', ' ')}</pre>", "the body of double", id="indented otherwise"),
        pytest.param("torch.tensor([[3.5, 1, 4],\n [1.25, 5., 9.0]])", "numbers of", id="expected values, written otherwise"),
        pytest.param("[the solution](../../solutions/tiny/work.py)", "a link into solutions/", id="a link"),
        pytest.param('<img src="../../solutions/tiny/plot.png">', "a link into solutions/", id="a picture"),
    ],
)  # fmt: skip
def test_a_secret_in_a_readme_is_found(planted: str, kind: str, copy: Path, leaks_in: Callable[[], list[str]]) -> None:
    readme = copy / "exercises" / "tiny" / "README.md"
    readme.write_text(f"# Tiny\n\n{planted}", encoding="utf-8")

    found = leaks_in()

    assert any(leak.startswith("exercises/tiny/README.md") and kind in leak for leak in found), found


def test_the_place_of_a_leak_is_its_file_and_line_and_where_the_secret_is_from(
    copy: Path, leaks_in: Callable[[], list[str]]
) -> None:
    (copy / "notes.txt").write_text(f"one\ntwo\n{HINT}\n", encoding="utf-8")

    (found,) = leaks_in()

    assert found.startswith("notes.txt:3 a text of solutions/tiny/test_hidden.py:")
    assert HINT[:40] in found


@pytest.mark.parametrize("key", ["source", "outputs", "metadata"])
def test_a_secret_in_any_part_of_a_notebook_is_found(key: str, copy: Path, leaks_in: Callable[[], list[str]]) -> None:
    lines = [HINT[:30], HINT[30:]]
    parts = {"source": lines, "outputs": [{"output_type": "stream", "text": lines}], "metadata": {"note": HINT}}
    cells = [{"cell_type": "code", "source": ["1"]}, {"cell_type": "code", "source": ["2"], key: parts[key]}]
    (copy / "try.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4}), encoding="utf-8")

    assert any(leak.startswith("try.ipynb, cell 2") for leak in leaks_in())


def test_a_secret_in_an_archive_inside_an_archive_is_found(copy: Path, leaks_in: Callable[[], list[str]]) -> None:
    content = SOLUTION.encode()
    for name in ("work.py", "inner.zip"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        content = packed.getvalue()
    (copy / "more.whl").write_bytes(content)
    (copy / "picture.png").write_bytes(b"\x89PNG\0\xff" + content)

    found = leaks_in()

    for name in ("more.whl", "picture.png"):
        assert any(leak.startswith(f"{name}!inner.zip!work.py:5 the body of double") for leak in found)


def test_compiled_python_is_refused_whatever_it_holds(copy: Path, leaks_in: Callable[[], list[str]]) -> None:
    source = copy / "work.py"
    source.write_text("x = 1\n", encoding="utf-8")
    py_compile.compile(str(source), cfile=str(copy / "__pycache__" / "work.cpython-311.pyc"))
    py_compile.compile(str(source), cfile=str(copy / "helper.pyc"))

    found = leaks_in()

    assert {leak.partition(" ")[0] for leak in found} == {"__pycache__/work.cpython-311.pyc", "helper.pyc"}


def test_data_of_solutions_is_found_in_other_data_which_is_reported(copy: Path, course: Path) -> None:
    (copy / "picture.png").write_bytes(b"\x89PNG\0" + bytes(range(64)) + b"\xff")
    (copy / "other.png").write_bytes(b"\x89PNG\0\xff")

    found = search_folder(copy, secrets_of(course))

    assert [(leak.place, leak.what) for leak in found.leaks] == [("picture.png", "the data of solutions/tiny/labels.bin")]
    assert found.binary == ("other.png", "picture.png")


def test_a_text_in_another_encoding_is_found(copy: Path, leaks_in: Callable[[], list[str]]) -> None:
    (copy / "notes.txt").write_text(HINT, encoding="utf-16")

    assert any(leak.startswith("notes.txt:1 a text of") for leak in leaks_in())


def test_a_link_is_refused(copy: Path, course: Path, leaks_in: Callable[[], list[str]]) -> None:
    (copy / "work.py").symlink_to(course / "solutions" / "tiny" / "work.py")

    (found,) = leaks_in()

    assert found.startswith("work.py a link")


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@needs_git
def test_a_secret_that_git_remembers_is_found(copy: Path, leaks_in: Callable[[], list[str]]) -> None:
    (copy / "old.py").write_text(SOLUTION, encoding="utf-8")
    commit_all(copy, "First")
    (copy / "old.py").unlink()
    commit_all(copy, f"Second: {HINT}")

    found = leaks_in()

    assert any("!old.py:5 the body of double" in leak and leak.startswith("git history, blob") for leak in found)
    assert any(leak.startswith("git history, commit") and "a text of" in leak for leak in found)


@needs_git
def test_a_secret_that_no_branch_reaches_any_more_is_found(copy: Path, leaks_in: Callable[[], list[str]]) -> None:
    commit_all(copy, "First")
    (copy / "loose.txt").write_text(HINT, encoding="utf-8")
    run_git(copy, "hash-object", "-w", "loose.txt")
    (copy / "loose.txt").unlink()

    assert any(leak.startswith("git history, blob") for leak in leaks_in())


@settings(max_examples=40)
@given(st.lists(st.text("abcdefg xyz_", min_size=4, max_size=9), min_size=6, max_size=12), st.data())
def test_a_literal_is_found_however_it_is_broken(texts: list[str], data: Any) -> None:
    literal = " ".join(texts)
    words = words_of(literal)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(literal)), max_size=4)))
    pieces = [literal[a:b] for a, b in zip([0, *cuts], [*cuts, len(literal)])]
    quote = data.draw(st.sampled_from(["'", '"']))
    broken = "f(\n" + data.draw(st.sampled_from([" ", "\n    ", "\n  f"])).join(f"{quote}{piece}{quote}" for piece in pieces) + ")"

    views = [f" {' '.join(view.words)} " for view in views_of(broken)]

    assert any(f" {' '.join(words)} " in view for view in views)


# What is public


def test_what_the_visible_suite_says_is_no_secret(course: Path) -> None:
    suite = course / "exercises" / "tiny" / "test_visible.py"
    suite.write_text(suite.read_text(encoding="utf-8") + f'\nHINT = "{HINT}"\n', encoding="utf-8")

    assert not [secret for secret in secrets_of(course).worded if "factors" in secret.words and secret.kind == "a text"]


def test_data_that_is_given_is_no_secret(course: Path) -> None:
    toml = course / "exercises" / "tiny" / "exercise.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("given = []", 'given = ["labels.bin"]'), encoding="utf-8")
    shutil.copy(course / "solutions" / "tiny" / "labels.bin", toml.parent)

    assert secrets_of(course).data == {}


def test_the_code_of_a_solution_is_secret_even_where_the_visible_suite_has_it(course: Path) -> None:
    suite = course / "exercises" / "tiny" / "test_visible.py"
    suite.write_text(suite.read_text(encoding="utf-8") + f"\ndef right(x):\n{BODY}", encoding="utf-8")

    assert [secret for secret in secrets_of(course).worded if secret.kind == "the body of double"]


def test_a_comment_of_the_stub_makes_nothing_public(course: Path) -> None:
    stub = course / "exercises" / "tiny" / "work.py"
    stub.write_text(stub.read_text(encoding="utf-8") + f"# {HINT}\n" + textwrap.indent(BODY, "# "), encoding="utf-8")

    kinds = {secret.kind for secret in secrets_of(course).worded if {"factors", "halves"} & set(secret.words)}

    assert {"a text", "the body of double"} <= kinds


def test_only_files_of_the_contract_and_what_the_task_shows_are_public(course: Path) -> None:
    folder = course / "exercises" / "tiny"
    (folder / "README.md").write_text("![a plot](plot.png) and [more](.hidden.md)", encoding="utf-8")
    for name in ("plot.png", ".hidden.md", "my_own_try.py"):
        (folder / name).write_bytes(b"x")

    found = public_files(open_course(course, asked_by="the test").exercises.values())

    names = {name.removeprefix("exercises/tiny/") for name in found.files}
    assert names == {"README.md", "exercise.toml", "plot.png", "test_visible.py", "work.py"}
    assert found.left_out == ("exercises/tiny/.hidden.md", "exercises/tiny/my_own_try.py")


# Writing


def test_a_release_holds_the_exercises_a_readme_and_a_lock(course: Path, tmp_path: Path, grader: Any) -> None:
    target = tmp_path / "students"

    done = released(course, target, grader, zip_path=tmp_path / "copy.zip")

    assert done.leaks == ()
    names = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())
    public = ["README.md", "exercise.toml", "test_visible.py", "work.py"]
    assert names == sorted([".gitignore", "README.md", LOCK_NAME, *(f"exercises/tiny/{name}" for name in public)])
    with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
        assert sorted(archive.namelist()) == [f"students/{name}" for name in names]
    assert {path.name for path in tmp_path.iterdir()} == {"copy.zip", "course", "students"}


def test_in_a_students_copy_the_visible_suite_runs_and_hidden_checks_are_counted(copy: Path, grader: Any) -> None:
    from grader.submission import read_submission

    exercise = open_course(copy, asked_by="the test").exercises["tiny"]

    result = grader.grade(exercise, read_submission(exercise.stub, exercise))

    assert [check.suite for check in result.checks] == ["visible"]
    assert (result.points, result.hidden_checks) == (0, 1)


def test_a_leak_keeps_everything_as_it_was(course: Path, tmp_path: Path, grader: Any) -> None:
    released(course, tmp_path / "students", grader)
    before = read_lock(tmp_path / "students")
    with (course / "exercises" / "tiny" / "README.md").open("a", encoding="utf-8") as readme:
        readme.write(HINT)

    done = released(course, tmp_path / "students", grader, zip_path=tmp_path / "copy.zip")

    assert [leak.place for leak in done.leaks] == ["exercises/tiny/README.md:4"]
    assert read_lock(tmp_path / "students") == before
    assert {path.name for path in tmp_path.iterdir()} == {"course", "students"}


def test_a_stub_that_earns_something_is_no_stub(course: Path, tmp_path: Path, grader: Any) -> None:
    (course / "exercises" / "tiny" / "work.py").write_text("def double(x):\n    return 2\n", encoding="utf-8")

    done = released(course, tmp_path / "students", grader)

    assert any("the stub is more than a stub: it earns 1" in leak.what for leak in done.leaks)
    assert not (tmp_path / "students").exists()


@needs_git
def test_an_earlier_release_is_brought_up_to_date_and_keeps_its_history_and_other_files(
    course: Path, tmp_path: Path, grader: Any
) -> None:
    target = tmp_path / "students"
    released(course, target, grader, git=True)
    (target / "LICENSE").write_text("mine\n", encoding="utf-8")
    (course / "exercises" / "tiny" / "README.md").write_text("# Tinier\n", encoding="utf-8")

    done = released(course, target, grader, git=True)

    assert (done.leaks, done.kept) == ((), ("LICENSE",))
    assert (target / "exercises/tiny/README.md").read_text(encoding="utf-8") == "# Tinier\n"
    assert run_git(target, "log", "--format=%an <%ae> %s").decode().splitlines() == [
        "course <course@localhost> Bring the exercises up to date",
        "course <course@localhost> Lay out the exercises",
    ]
    assert run_git(target, "status", "--porcelain") == b""


@needs_git
def test_a_history_that_holds_a_secret_is_not_released_again(course: Path, tmp_path: Path, grader: Any) -> None:
    target = tmp_path / "students"
    released(course, target, grader, git=True)
    (target / "work.py").write_text(SOLUTION, encoding="utf-8")
    commit_all(target, "By mistake")
    (target / "work.py").unlink()

    done = released(course, target, grader)

    assert any(leak.place.startswith("git history, blob") for leak in done.leaks)


def test_a_folder_of_other_things_is_refused(course: Path, tmp_path: Path, grader: Any) -> None:
    (tmp_path / "students").mkdir()
    (tmp_path / "students" / "thesis.tex").write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="the folder is not empty, and no earlier release"):
        released(course, tmp_path / "students", grader)


def test_a_folder_in_which_a_student_has_started_is_refused(course: Path, tmp_path: Path, grader: Any) -> None:
    assert run(["start", str(tmp_path / "students"), "--course", str(course)]) == 0

    with pytest.raises(UsageError, match="no earlier release"):
        released(course, tmp_path / "students", grader)


def test_a_virtual_environment_in_an_earlier_release_is_refused(course: Path, tmp_path: Path, grader: Any) -> None:
    released(course, tmp_path / "students", grader)
    (tmp_path / "students" / ".venv").mkdir()
    (tmp_path / "students" / ".venv" / "pyvenv.cfg").write_text("", encoding="utf-8")

    with pytest.raises(UsageError, match="this is a virtual environment"):
        released(course, tmp_path / "students", grader)


def test_the_command_tells_each_leak_with_its_place_and_ends_with_1(
    course: Path, tmp_path: Path, grader: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr("grader.cli.releasing.Grader", lambda *_, **__: contextlib.nullcontext(grader))
    words = ["release", str(tmp_path / "students"), "--course", str(course), "--device", "cpu"]
    assert run(words) == 0
    assert "1 exercise in 7 files; no secret in it, every stub earns 0" in capsys.readouterr().out
    with (course / "exercises" / "tiny" / "README.md").open("a", encoding="utf-8") as readme:
        readme.write(HINT)

    assert run(words) == 1

    told = capsys.readouterr().out
    assert "LEAK  exercises/tiny/README.md:4\n      a text of solutions/tiny/test_hidden.py:" in told
    assert "nothing was written: 1 leak." in told


def test_a_wheel_for_students_holds_no_solutions(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("hatchling")
    from hatch_build import CourseHook

    def packed() -> set[str]:
        build: dict[str, Any] = {"force_include": {}}
        hook = CourseHook(str(ROOT), {}, None, None, "", "wheel")  # type: ignore[arg-type]
        hook.initialize("standard", build)
        return {Path(path).parts[2] for path in build["force_include"].values()}

    monkeypatch.delenv("GRADE_WHEEL", raising=False)
    assert packed() >= {"exercises", "solutions"}
    monkeypatch.setenv("GRADE_WHEEL", "students")
    assert packed() == {"exercises"}
    monkeypatch.setenv("GRADE_WHEEL", "student")
    with pytest.raises(ValueError, match="it can be 'students'"):
        packed()


def test_a_course_without_its_secrets_cannot_be_proven(course: Path, tmp_path: Path, grader: Any) -> None:
    shutil.rmtree(course / "solutions")

    with pytest.raises(UsageError, match="the hidden suite of tiny is not here"):
        released(course, tmp_path / "students", grader)


def test_git_that_is_missing_is_told_before_anything_is_done(
    course: Path, tmp_path: Path, grader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda *_: None)

    with pytest.raises(UsageError, match="git is not installed"):
        released(course, tmp_path / "students", grader, git=True)

    assert not (tmp_path / "students").exists()


# The lock


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("grader", "warning: grade 0.1.0 is older than these exercises were made for (99.0)"),
        ("torch", "is older than these exercises were made for (99.0): "),
    ],
)
def test_an_older_grader_than_the_lock_asks_for_is_told(key: str, told: str, copy: Path, capsys: Any) -> None:
    lock = copy / LOCK_NAME
    lines = [f'{key} = "99.0"' if line.startswith(f"{key} =") else line for line in lock.read_text().splitlines()]
    lock.write_text("\n".join(lines), encoding="utf-8")

    assert run(["list", "--course", str(copy)]) == 0

    assert told in capsys.readouterr().err


def test_a_lock_of_this_version_is_silent(copy: Path, capsys: Any) -> None:
    assert run(["list", "--course", str(copy)]) == 0

    assert capsys.readouterr().err == ""


def test_git_is_asked_without_the_callers_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setattr("shutil.which", lambda *_: "git")
    monkeypatch.setattr(
        subprocess, "run", lambda words, **how: told.update(how) or subprocess.CompletedProcess(words, 0, b"", b"")
    )

    run_git(tmp_path, "status")

    assert "GIT_DIR" not in told["env"]
    assert told["env"]["GIT_AUTHOR_NAME"] == "course"
