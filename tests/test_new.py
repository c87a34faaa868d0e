"""`grade new` lays out an exercise that proves itself, and the authors' guide leads from there to one of their own."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.cli import run
from grader.course import open_course
from grader.run import Grader
from grader.scaffold.making import NewExercise, make_exercise
from grader.verify import verify_exercise

AUTHORS_PAPER = Path(__file__).parents[1] / "docs" / "author.md"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def no_course_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRADE_COURSE", raising=False)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working directory."""
    folder = tmp_path / "my course"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def problems_of(root: Path, name: str, grader: Grader) -> list[str]:
    exercise = open_course(root, asked_by="the test").exercises[name]
    proofs = list(verify_exercise(exercise, grader, grader.choices, seeds=1))
    assert len(proofs) > 5
    return [f"{proof.claim}: {problem}" for proof in proofs for problem in proof.problems]


def test_a_new_exercise_proves_itself_as_it_is(empty: Path, grader: Any) -> None:
    assert run(["new", "exercise14"]) == 0

    assert not problems_of(empty, "exercise14", grader)


def guide() -> str:
    text = AUTHORS_PAPER.read_text(encoding="utf-8")
    return text.partition("## An exercise in 30 minutes\n")[2].partition("\n## exercise.toml\n")[0]


def steps() -> Iterator[tuple[str, str]]:
    """Yield what the guide says to do, in order: commands, and files with their texts."""
    for language, text in FENCE.findall(guide()):
        if language == "sh":
            yield from (("", line) for line in text.splitlines())
        else:
            first, _, rest = text.partition("\n")
            yield first.removeprefix("# "), rest


def test_whoever_follows_the_guide_has_an_exercise_that_proves_itself(empty: Path, grader: Any) -> None:
    commands = [words for file, words in steps() if not file]
    files = {file: text for file, text in steps() if file}

    assert run(shlex.split(commands[0])[1:]) == 0
    laid_out = {path.relative_to(empty).as_posix() for path in empty.rglob("*") if path.is_file()}
    for name, text in files.items():
        (empty / name).write_text(text, encoding="utf-8")

    assert laid_out == set(files), "the guide speaks of every file"
    assert commands[1] == "grade verify exercise14"
    assert not problems_of(empty, "exercise14", grader)


def test_the_names_that_are_asked_for_are_used_throughout(empty: Path) -> None:
    assert run(["new", "lab_3", "--title", 'Say "x" \\ é', "--file", "my_lab.py"]) == 0

    exercise = open_course(empty, asked_by="the test").exercises["lab_3"]
    texts = [path.read_text(encoding="utf-8") for path in empty.rglob("*") if path.is_file()]
    assert (exercise.title, exercise.file) == ('Say "x" \\ é', "my_lab.py")
    assert (empty / "solutions/lab_3/my_lab.py").is_file()
    assert not [text for text in texts if "$" in text or "standardise.py" in text]


def test_an_exercise_goes_into_the_course_around_the_working_directory(empty: Path, monkeypatch: Any) -> None:
    make_exercise(NewExercise("exercise1"), empty)
    monkeypatch.chdir(empty / "exercises" / "exercise1")

    assert run(["new", "exercise2"]) == 0

    assert sorted(os.listdir(empty / "exercises")) == ["exercise1", "exercise2"]


@pytest.mark.parametrize("part", ["exercises", "solutions"])
@pytest.mark.parametrize("name", ["exercise14", "EXERCISE14"])
def test_nothing_that_is_there_is_overwritten(part: str, name: str, empty: Path, capsys: Any) -> None:
    there = empty / part / "exercise14" / "notes.txt"
    there.parent.mkdir(parents=True)
    (empty / "exercises").mkdir(exist_ok=True)
    there.write_text("mine", encoding="utf-8")

    assert run(["new", name]) == 2

    assert "exercise14 is there already" in capsys.readouterr().err
    assert [path for path in empty.rglob("*") if path.is_file()] == [there]
    assert there.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["../exercise14"], "cannot be the name of an exercise"),
        (["ex/14"], "cannot be the name of an exercise"),
        (["14"], "cannot be the name of an exercise"),
        ([".hidden"], "cannot be the name of an exercise"),
        (["x" * 65], "cannot be the name of an exercise"),
        (["list"], "is a command of grade"),
        (["e1", "--title", "two\nlines"], "must be one line of text"),
        (["e1", "--title", " "], "must be one line of text"),
        (["e1", "--file", "notes.txt"], "is not the name of a Python module"),
        (["e1", "--file", "a/b.py"], "is not the name of a Python module"),
        (["e1", "--file", "class.py"], "is not the name of a Python module"),
        (["e1", "--file", "torch.py"], "hides a module that is needed"),
        (["e1", "--file", "random.py"], "hides a module that is needed"),
        (["e1", "--file", "test_hidden.py"], "hides a module that is needed"),
    ],
)
def test_a_name_that_would_not_work_is_refused(words: list[str], told: str, empty: Path, capsys: Any) -> None:
    assert run(["new", *words]) == 2

    assert told in capsys.readouterr().err
    assert not list(empty.iterdir())


def test_a_folder_of_other_things_does_not_become_a_course(empty: Path, capsys: Any) -> None:
    (empty / "holiday.jpg").write_bytes(b"")

    assert run(["new", "exercise14"]) == 2

    assert "there is no course here, and the folder is not empty" in capsys.readouterr().err
    assert [path.name for path in empty.iterdir()] == ["holiday.jpg"]
