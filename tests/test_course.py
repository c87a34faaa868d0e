"""Courses are found where they lie, and every complaint about an exercise.toml names its line."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from grader.course import Course, Exercises, find_course, find_exercise, natural_key, working_exercises
from grader.digests import suite_sha256
from grader.exercise_file import parse_size
from grader.faults import UsageError
from grader.known_mistakes import read_mistakes

TOML = """\
title = "The calculator"
summary = "Add numbers."
file = "calculator.py"
given = ["tiny.py"]
points = 7.5
hidden_checks = 4
pass_mark = 0.6
concepts = ["Containers"]
imports = ["torchvision"]

[limits]
seconds = 10
total_seconds = 60
memory = "2 GB"
output = 4096

[data]
datasets = ["fashion-mnist"]
"""


def make_exercise(root: Path, name: str = "exercise3", toml: str = TOML) -> Path:
    folder = root / "exercises" / name
    folder.mkdir(parents=True)
    (folder / "exercise.toml").write_text(toml, encoding="utf-8")
    (folder / "calculator.py").write_text("def add(): raise NotImplementedError\n", encoding="utf-8")
    (folder / "tiny.py").write_text("", encoding="utf-8")
    return folder


def make_secret(root: Path, name: str = "exercise3") -> Path:
    folder = root / "solutions" / name
    (folder / "mistakes").mkdir(parents=True)
    (folder / "calculator.py").write_text("def add(): return 3\n", encoding="utf-8")
    (folder / "test_hidden.py").write_text("", encoding="utf-8")
    return folder


def course_at(root: Path) -> Course:
    return find_course(root, {}, root)


def test_an_exercise_is_read_with_its_files_and_limits(tmp_path: Path) -> None:
    folder = make_exercise(tmp_path)
    secret = make_secret(tmp_path)
    (folder / "test_visible.py").write_text("", encoding="utf-8")

    exercise = course_at(tmp_path).exercises["exercise3"]

    assert exercise.points == Decimal("7.5")
    assert exercise.given == ("tiny.py",)
    assert exercise.datasets == ("fashion-mnist",)
    assert exercise.limits.memory_bytes == 2 * 1024**3
    assert exercise.limits.output_bytes == 4096
    assert exercise.stub == folder / "calculator.py"
    assert exercise.visible_suite == folder / "test_visible.py"
    assert exercise.hidden_suite == secret / "test_hidden.py"
    assert exercise.solution == secret / "calculator.py"
    assert exercise.mistakes_folder == secret / "mistakes"


def test_a_students_copy_has_no_secret_files(tmp_path: Path) -> None:
    make_exercise(tmp_path, toml='title = "T"\nfile = "calculator.py"\npoints = 1\n')

    exercise = course_at(tmp_path).exercises["exercise3"]

    assert exercise.secret_folder is None
    assert (exercise.visible_suite, exercise.hidden_suite, exercise.solution) == (None, None, None)
    assert exercise.mistakes_folder is None
    assert read_mistakes(exercise) == ()
    assert exercise.limits.seconds == 10


def test_exercises_come_in_natural_order(tmp_path: Path) -> None:
    for name in ("exercise10", "exercise2", "exercise1"):
        make_exercise(tmp_path, name)

    assert list(course_at(tmp_path).exercises) == ["exercise1", "exercise2", "exercise10"]
    assert natural_key("a2b10") < natural_key("a10b2")


@pytest.mark.parametrize("name", ["exercise3", "3", "exercise3/", " exercise3"])
def test_an_exercise_is_found_by_name_or_number(tmp_path: Path, name: str) -> None:
    make_exercise(tmp_path)
    make_exercise(tmp_path, "exercise13")

    assert find_exercise(course_at(tmp_path), name).name == "exercise3"


def test_an_unknown_exercise_names_the_closest(tmp_path: Path) -> None:
    make_exercise(tmp_path)

    with pytest.raises(UsageError, match="no exercise called 'exercice3'; the closest is 'exercise3'"):
        find_exercise(course_at(tmp_path), "exercice3")


def test_a_number_that_two_exercises_share_is_ambiguous(tmp_path: Path) -> None:
    make_exercise(tmp_path)
    make_exercise(tmp_path, "lesson3")

    with pytest.raises(UsageError, match="exercise3, lesson3"):
        find_exercise(course_at(tmp_path), "3")


def test_a_folder_without_a_toml_says_so(tmp_path: Path) -> None:
    make_exercise(tmp_path)
    (tmp_path / "exercises" / "exercise4").mkdir()

    with pytest.raises(UsageError, match=r"'exercise4' has no exercise\.toml"):
        find_exercise(course_at(tmp_path), "exercise4")


def test_one_broken_exercise_leaves_the_others_usable(tmp_path: Path) -> None:
    make_exercise(tmp_path)
    make_exercise(tmp_path, "exercise4", "title = ")
    course = course_at(tmp_path)

    working, broken = working_exercises(course)

    assert [exercise.name for exercise in working] == ["exercise3"]
    assert [Path(error.where).name for error in broken] == ["exercise.toml:1"]
    assert find_exercise(course, "exercise3").title == "The calculator"
    with pytest.raises(UsageError):
        find_exercise(course, "exercise4")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param("points = 7.5", "pionts = 7.5", 5, "unknown key `pionts`|Did you mean `points`", id="wrong key"),
        pytest.param("seconds = 10", "secnods = 10", 12, "unknown key `limits.secnods`|`seconds`", id="key in table"),
        pytest.param("[limits]", "[limit]", 11, "unknown key `limit`|`limits`", id="wrong table"),
        pytest.param("points = 7.5", 'points = "7.5"', 5, "`points` must be a number, not text", id="text for number"),
        pytest.param("points = 7.5", "points = true", 5, "`points` must be a number, not true or false", id="bool"),
        pytest.param("points = 7.5", "points = nan", 5, "`points` must be 0 or more", id="nan"),
        pytest.param("hidden_checks = 4", "hidden_checks = 4.5", 6, "must be a whole number", id="fraction of a check"),
        pytest.param("hidden_checks = 4", "hidden_checks = -1", 6, "0 or more", id="negative checks"),
        pytest.param("pass_mark = 0.6", "pass_mark = 60", 7, "a fraction from 0 to 1", id="percent"),
        pytest.param('given = ["tiny.py"]', 'given = "tiny.py"', 4, "`given` must be a list", id="no list"),
        pytest.param('given = ["tiny.py"]', 'given = ["tiny.py", 3]', 4, "an entry of `given`", id="wrong entry"),
        pytest.param('given = ["tiny.py"]', 'given = ["other.py"]', 4, "other.py does not exist", id="given missing"),
        pytest.param('given = ["tiny.py"]', 'given = ["../tiny.py"]', 4, "plain file names", id="given elsewhere"),
        pytest.param('given = ["tiny.py"]', 'given = ["calculator.py"]', 4, "cannot be given too", id="given stub"),
        pytest.param('"calculator.py"', '"calculater.py"', 3, "the stub calculater.py does not exist", id="no stub"),
        pytest.param('"calculator.py"', '"../calculator.py"', 3, "name of a Python module", id="stub elsewhere"),
        pytest.param("seconds = 10", "seconds = 0", 12, "`limits.seconds` must be a number above 0", id="no time"),
        pytest.param('"2 GB"', '"two GB"', 14, "'two GB' is not a size", id="size in words"),
        pytest.param("output = 4096", "output = 0", 15, "above zero", id="no output"),
        pytest.param("points = 7.5", "points = = 7.5", 5, "not valid toml", id="syntax"),
        pytest.param("points = 7.5", "title = 7.5", 5, "not valid toml", id="key twice"),
        pytest.param('file = "calculator.py"\n', "", None, "`file` is missing|file = ", id="missing key"),
        pytest.param("[data]\n", "", 17, "unknown key `limits.datasets`", id="key in the wrong table"),
        pytest.param("[limits]", "limits = 3\n[other]", None, "unknown key `other`", id="two faults"),
    ],
)
def test_a_wrong_toml_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int | None, words: str) -> None:
    assert old in TOML
    folder = make_exercise(tmp_path, toml=TOML.replace(old, new, 1))

    with pytest.raises(UsageError) as caught:
        find_exercise(course_at(tmp_path), "exercise3")

    message = f"{caught.value.cause}. {caught.value.cure}"
    for part in words.split("|"):
        assert part in message
    if line is not None:
        assert caught.value.where == f"{folder / 'exercise.toml'}:{line}"
    assert caught.value.cure.endswith((".", "?"))


def test_a_line_inside_a_long_string_is_not_taken_for_a_key(tmp_path: Path) -> None:
    folder = make_exercise(tmp_path, toml='title = """\npoints = 3\n"""\nfile = "calculator.py"\npoints = "x"\n')

    with pytest.raises(UsageError) as caught:
        find_exercise(course_at(tmp_path), "exercise3")

    assert caught.value.where == f"{folder / 'exercise.toml'}:5"


def test_a_toml_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    folder = make_exercise(tmp_path)
    (folder / "exercise.toml").write_bytes(b'title = "x"\nsummary = "\xe9"\n')

    with pytest.raises(UsageError, match="not UTF-8") as caught:
        find_exercise(course_at(tmp_path), "exercise3")

    assert caught.value.where.endswith(":2")


@pytest.mark.parametrize(
    ("size", "expected"),
    [(7, 7), ("7", 7), ("1 MB", 1024**2), ("1.5g", 3 * 1024**3 // 2), ("512 MiB", 512 * 1024**2), ("2 kb", 2048)],
)
def test_sizes_are_read_in_words_and_numbers(size: int | str, expected: int) -> None:
    assert parse_size(size) == expected


@pytest.mark.parametrize("size", ["", "GB", "-1 GB", "1 XB", 0, -3, "0 MB"])
def test_what_is_no_size_is_refused(size: int | str) -> None:
    with pytest.raises(ValueError, match="size"):
        parse_size(size)


class TestFindingACourse:
    def test_the_option_wins_over_the_environment_and_the_place(self, tmp_path: Path) -> None:
        for name in ("option", "environment", "place"):
            make_exercise(tmp_path / name)
        env = {"GRADE_COURSE": str(tmp_path / "environment")}
        place = tmp_path / "place"

        assert find_course(tmp_path / "option", env, place).root == tmp_path / "option"
        assert find_course(None, env, place).root == tmp_path / "environment"
        assert find_course(None, {"GRADE_COURSE": ""}, place).root == place

    def test_walking_up_starts_inside_an_exercise(self, tmp_path: Path) -> None:
        folder = make_exercise(tmp_path)
        (folder / "exercises").mkdir()

        assert find_course(None, {}, folder / "exercises").root == tmp_path

    def test_the_course_of_the_package_comes_last(self, tmp_path: Path) -> None:
        packaged = {"exercise1"} <= set(Exercises(Path(__file__).resolve().parents[1]))
        if not packaged:
            pytest.skip("the repository holds no course here")

        assert "exercise1" in find_course(None, {}, tmp_path).exercises

    def test_a_folder_that_is_no_course_names_the_one_above(self, tmp_path: Path) -> None:
        folder = make_exercise(tmp_path)

        with pytest.raises(UsageError, match="is not a course") as caught:
            find_course(folder, {}, tmp_path)

        assert str(tmp_path) in caught.value.cure
        assert caught.value.where == "--course"

    def test_a_missing_folder_says_who_named_it(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="does not exist") as caught:
            find_course(None, {"GRADE_COURSE": str(tmp_path / "none")}, tmp_path)

        assert caught.value.where == "GRADE_COURSE"


class TestMistakes:
    def write(self, root: Path, toml: str | None, *names: str) -> Course:
        make_exercise(root)
        folder = make_secret(root) / "mistakes"
        for name in names:
            (folder / name).write_text("", encoding="utf-8")
        if toml is not None:
            (folder / "mistakes.toml").write_text(toml, encoding="utf-8")
        return course_at(root)

    def test_they_are_read_in_order(self, tmp_path: Path) -> None:
        course = self.write(tmp_path, '["b.py"]\nsays = ["x"]\nloses = ["test_a"]\n["a.py"]\n', "a.py", "b.py")

        mistakes = read_mistakes(course.exercises["exercise3"])

        assert [mistake.file.name for mistake in mistakes] == ["b.py", "a.py"]
        assert (mistakes[0].says, mistakes[0].loses) == (("x",), ("test_a",))

    @pytest.mark.parametrize(
        ("toml", "names", "line", "words"),
        [
            pytest.param('["a.py"]\n', ["a.py", "b.py"], "", "b.py is not listed", id="unlisted"),
            pytest.param('["a.py"]\n\n["ab.py"]\n', ["a.py"], ":3", "ab.py does not exist", id="not there"),
            pytest.param('["a.py"]\nsay = ["x"]\n', ["a.py"], ":2", "unknown key `a.py.say`", id="wrong key"),
            pytest.param('["a.py"]\nsays = "x"\n', ["a.py"], ":2", "`a.py.says` must be a list", id="wrong type"),
            pytest.param('says = ["x"]\n', ["a.py"], ":1", "outside a table", id="no table"),
            pytest.param(None, ["a.py"], "", "mistakes.toml is missing", id="no toml"),
            pytest.param('["../calculator.py"]\n', [], ":1", "does not exist", id="elsewhere"),
        ],
    )
    def test_a_wrong_list_is_named(
        self, tmp_path: Path, toml: str | None, names: list[str], line: str, words: str
    ) -> None:
        course = self.write(tmp_path, toml, *names)

        with pytest.raises(UsageError) as caught:
            read_mistakes(course.exercises["exercise3"])

        assert words in caught.value.cause
        assert caught.value.where.endswith(line)


def test_the_digest_follows_every_file_that_decides_a_grade(tmp_path: Path) -> None:
    folder = make_exercise(tmp_path)
    secret = make_secret(tmp_path)
    exercise = course_at(tmp_path).exercises["exercise3"]
    digests = {suite_sha256(exercise)}

    for path in (folder / "exercise.toml", folder / "tiny.py", secret / "test_hidden.py", secret / "calculator.py"):
        path.write_bytes(path.read_bytes() + b"#")
        digests.add(suite_sha256(exercise))
    (folder / "README.md").write_text("no part of the suite", encoding="utf-8")
    digests.add(suite_sha256(exercise))

    assert len(digests) == 5


def test_importing_the_module_brings_no_torch() -> None:
    code = "import sys, grader.course, grader.submission; print('torch' in sys.modules, 'nbformat' in sys.modules)"
    root = Path(__file__).resolve().parents[1]

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )

    assert done.stdout.split() == ["False", "False"]
