"""The papers are true: commands parse, links lead somewhere, examples run, transcripts are what the command prints."""

from __future__ import annotations

import io
import json
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest

from grader import __version__
from grader.cli.commands import cli
from grader.course import find_exercise, open_course
from grader.records import SCHEMA, Audience, CheckRecord, Disclosure, Environment, Outcome, Result, Verdict
from grader.render.as_json import from_json, to_json
from grader.render.as_text import make_console, print_result
from grader.render.audience import redact
from grader.run import Grader
from grader.submission import read_submission
from grader.terms import Choices
from grader.verify import verify_exercise

ROOT = Path(__file__).parents[1]
PAPERS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = ("sh", "console", "bash")
# Paths of one machine: what a paper shows has to hold on any.
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:work|root|home|Users|mnt)/\w+")
LEFT_OUT = "[...]"


@dataclass(frozen=True)
class Block:
    """One fenced block of a paper."""

    paper: Path
    language: str
    text: str


def name_of(value: Any) -> str:
    return value.relative_to(ROOT).as_posix() if isinstance(value, Path) else str(value)


def blocks(paper: Path) -> Iterator[Block]:
    for language, text in FENCE.findall(paper.read_text(encoding="utf-8")):
        yield Block(paper, language, text)


def prose(paper: Path) -> str:
    """Return the text of a paper without its fenced blocks."""
    return FENCE.sub("", paper.read_text(encoding="utf-8"))


def shown_commands() -> Iterator[tuple[Path, str]]:
    """Yield every `grade ...` that a paper shows, in a shell block or between backquotes."""
    for paper in PAPERS:
        for block in blocks(paper):
            for line in block.text.splitlines():
                stripped = line.strip().removeprefix("$ ")
                if block.language in SHELL and stripped.startswith("grade "):
                    yield paper, stripped
        for span in re.findall(r"`(grade [^`\n]+)`", prose(paper)):
            if "..." not in span and "[" not in span:
                yield paper, span


COMMANDS = sorted({(paper, command) for paper, command in shown_commands()})


@pytest.mark.parametrize(("paper", "command"), COMMANDS, ids=name_of)
def test_a_command_that_a_paper_shows_is_understood(paper: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[dict[str, Any]] = []
    for known in cli.commands.values():
        monkeypatch.setattr(known, "callback", lambda **choices: called.append(choices))
    words = shlex.split(command, comments=True)
    if "|" in words:
        words = words[: words.index("|")]

    try:
        cli.main(args=words[1:], prog_name="grade", standalone_mode=False)
    except click.ClickException as error:
        pytest.fail(f"{paper.name} shows `{command}`: {error.format_message()}")

    exercises = open_course(ROOT, asked_by="the tests")
    made = {words.split()[2] for _, words in COMMANDS if words.startswith("grade new ")}
    for choices in called:
        names = [choices["name"]] if "name" in choices else list(choices.get("names", ()))
        for name in names:
            assert name.isupper() or name in made or find_exercise(exercises, name), f"`{command}` names no exercise"


def test_every_task_of_the_set_up_script_that_a_paper_shows_is_there() -> None:
    script = (ROOT / "dev.py").read_text(encoding="utf-8")
    shown = {task for paper in PAPERS for task in re.findall(r"dev\.py (\w+)", paper.read_text(encoding="utf-8"))}

    assert shown and not [task for task in shown if f'"{task}"' not in script]


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    missing = [name for name, command in cli.commands.items() if not command.hidden and f"`grade {name}" not in readme]

    assert not missing


def test_the_readme_lists_every_exercise_with_its_file() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    course = open_course(ROOT, asked_by="the tests")

    for name, exercise in course.exercises.items():
        assert f"| [{name}](exercises/{name}/README.md) | `{exercise.file}` |" in readme


def test_the_changelog_has_the_present_version() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("paper", PAPERS, ids=name_of)
def test_every_link_leads_to_a_file_and_a_heading(paper: Path) -> None:
    broken = []

    for target in re.findall(r"\]\(([^)\s]+)\)", prose(paper)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (paper.parent / path).resolve() if path else paper
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)

    assert not broken


def anchors(paper: Path) -> set[str]:
    """Return the anchors of a paper's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(paper), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("paper", PAPERS, ids=name_of)
def test_no_paper_speaks_of_one_machine(paper: Path) -> None:
    assert not MACHINE_PATH.findall(paper.read_text(encoding="utf-8"))


def test_decisions_are_numbered_without_gaps_and_have_three_parts() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))

    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]}: ")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequences")), path.name


# The JSON result


def example_result() -> dict[str, Any]:
    (found,) = (block.text for block in blocks(ROOT / "docs" / "instructor.md") if block.language == "json")
    return dict(json.loads(found))


def field_names(record: type[msgspec.Struct]) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(record)}


def test_the_json_example_has_the_keys_and_types_of_a_result() -> None:
    example = example_result()

    again = json.loads(to_json(from_json(json.dumps(example))))

    assert example["schema"] == SCHEMA
    assert set(example) == field_names(Result) | {"passed"}
    assert set(example["environment"]) == field_names(Environment)
    assert all(set(check) == field_names(CheckRecord) for check in example["checks"])
    assert again == example


@pytest.mark.parametrize("words", [Verdict, Outcome, Disclosure], ids=lambda kind: kind.__name__)
def test_the_instructors_paper_names_every_word_of_a_result(words: Any) -> None:
    text = (ROOT / "docs" / "instructor.md").read_text(encoding="utf-8")

    assert not [word.value for word in words if f"`{word.value}`" not in text]


# Examples that run


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader(Choices(device="cpu")) as started:
        yield started


def example_files() -> dict[str, str]:
    """Return the files that author.md spells out: blocks that begin with a comment naming their path."""
    found = {}
    for block in blocks(ROOT / "docs" / "author.md"):
        first, _, rest = block.text.partition("\n")
        match = re.fullmatch(r"# ((?:exercises|solutions)/\S+)", first)
        if match:
            found[match[1]] = rest
    return found


def test_the_whole_exercise_of_the_authors_paper_proves_itself(grader: Grader, tmp_path: Path) -> None:
    for name, text in example_files().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    exercise = open_course(tmp_path, asked_by="the test").exercises["scale"]

    proofs = list(verify_exercise(exercise, grader, grader.choices, seeds=1))

    assert len(proofs) == 5
    assert not [problem for proof in proofs for problem in proof.problems]


def whole_suites() -> list[str]:
    """Return the python blocks of author.md that are suites by themselves, without a path of their own."""
    found = [block.text for block in blocks(ROOT / "docs" / "author.md") if block.language == "python"]
    return [text for text in found if "def test_" in text and text.startswith(("import ", "from "))]


@pytest.fixture
def linear_course(tmp_path: Path) -> Callable[[str], Path]:
    """Gives a course whose exercise1 has the suite of a paper as its hidden one."""

    def make(suite: str) -> Path:
        public, secret = tmp_path / "exercises" / "exercise1", tmp_path / "solutions" / "exercise1"
        public.mkdir(parents=True)
        secret.mkdir(parents=True)
        (public / "exercise.toml").write_text('title = "MyLinear"\nfile = "my_linear.py"\npoints = 2\n')
        (public / "my_linear.py").write_text((ROOT / "exercises/exercise1/my_linear.py").read_text(encoding="utf-8"))
        (secret / "test_hidden.py").write_text(suite, encoding="utf-8")
        return tmp_path

    return make


@pytest.mark.parametrize("suite", whole_suites(), ids=lambda suite: re.findall(r"def (test_\w+)", suite)[0])
def test_a_suite_of_the_authors_paper_passes_the_solution_and_finds_a_mistake(
    suite: str, grader: Grader, linear_course: Callable[[str], Path]
) -> None:
    # `needs` of the excerpt names a check that is not shown.
    alone = re.sub(r"^@pytest\.mark\.needs\(.*\)\n", "", suite, flags=re.MULTILINE)
    exercise = open_course(linear_course(alone), asked_by="the test").exercises["exercise1"]
    right = ROOT / "solutions" / "exercise1" / "my_linear.py"
    wrong = ROOT / "tests" / "submissions" / "transposed_weights.py"

    solved = grader.grade(exercise, read_submission(right, exercise))
    failed = grader.grade(exercise, read_submission(wrong, exercise))

    assert [(check.verdict, check.message) for check in solved.checks] == [(Verdict.PASSED, "")]
    assert solved.points == Decimal(2)
    assert failed.checks[0].verdict is Verdict.FAILED
    assert "transposed" in failed.checks[0].message


def transcript() -> tuple[list[str], list[str]]:
    """Return the words of the command that the README shows, and the lines below it."""
    (text,) = (block.text for block in blocks(ROOT / "README.md") if block.language == "console")
    command, *lines = text.splitlines()
    return shlex.split(command.removeprefix("$ grade ")), lines


def without_seconds(line: str) -> str:
    return re.sub(r"\(\d+(\.\d+)? s\)", "(... s)", line)


def test_the_transcript_of_the_readme_is_what_grade_prints(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (name, submission), lines = transcript()
    exercise = open_course(ROOT, asked_by="the test").exercises[name]
    printed = io.StringIO()

    result = grader.grade(exercise, read_submission(Path(submission), exercise, siblings=True))
    print_result(redact(result, Audience.STUDENT), make_console(printed, {}, width=80))

    real = [without_seconds(line).rstrip() for line in printed.getvalue().splitlines()]
    shown = [without_seconds(line).rstrip() for line in lines]
    cut = shown.index(LEFT_OUT)
    hint = f"run `grade {name} {submission}` and bring the README up to date"
    assert real[:cut] == shown[:cut], hint
    assert real[-len(shown[cut + 1 :]) :] == shown[cut + 1 :], hint
