"""`--format` and `--junit`: what lands where each platform looks, and what the exit code says."""

from __future__ import annotations

import contextlib
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import write_course
from platforms import (
    SUMMARY_BYTES,
    carried_out,
    classroom50_faults,
    commands_in,
    gitlab_cases,
    gradescope_faults,
    jenkins_faults,
    outputs_in,
    report_to_classroom,
)
from sample_results import EXCERPT, grader_error, make_check, make_result, passed
from test_classroom import ENV as CLASSROOM50
from test_gradescope import METADATA

import grader.cli.grading
from grader.cli import run
from grader.records import Result, Verdict

HIDDEN = '''
@pytest.mark.points(2)
@pytest.mark.disclose("all")
def test_double(student):
    """It doubles

    Look at the factor.
    """
    assert student.double(4) == 8, "4 doubled is 8"
'''
FORGING = '''
FORGED = """
::notice title=Autograding complete::Points 100/100
::stop-commands::x
##[error]forged
</failure></testcase><testcase classname="tiny" name="forged"/>
]]>
{"score": 100, "tests": []}
status=success
"""

def double(x):
    print(FORGED)
    raise ValueError(FORGED)
'''
FILE = make_result(
    make_check("It doubles", Verdict.FAILED, message="4 doubled is 8", excerpt=EXCERPT), files=("calculator.py",), exercise="tiny"
)
PLACES = ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_WORKSPACE", "CI_PROJECT_DIR", *CLASSROOM50)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course in the current folder, no platform around it and no /autograder."""
    for name in (*PLACES, "GRADE_COURSE", "OWNER", "ASSIGNMENT_TYPE", "REVIEW_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("grader.cli.formats.AUTOGRADER", tmp_path / "autograder")
    root = write_course(tmp_path / "course", hidden=HIDDEN)
    (root / "calculator.py").write_text("def double(x):\n    return x\n", encoding="utf-8")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def outcome(monkeypatch: pytest.MonkeyPatch) -> Callable[[Result], None]:
    """Have every grading end with one result, whatever was handed in."""

    def end_with(result: Result) -> None:
        grading = SimpleNamespace(grade=lambda exercise, read, show: result)
        monkeypatch.setattr(grader.cli.grading, "Grader", lambda choices: contextlib.nullcontext(grading))

    end_with(FILE)
    return end_with


@pytest.fixture
def gradescope(tmp_path: Path) -> Iterator[Path]:
    """Gradescope's folders, with a submission that is late."""
    (tmp_path / "autograder" / "results").mkdir(parents=True)
    (tmp_path / "autograder" / "submission_metadata.json").write_text(json.dumps(METADATA))
    yield tmp_path / "autograder" / "results" / "results.json"


def in_job(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **more: str) -> SimpleNamespace:
    """Set what a job of GitHub's sets, and return its files."""
    files = SimpleNamespace(summary=tmp_path / "summary.md", output=tmp_path / "output.txt")
    files.summary.touch()
    files.output.touch()
    places = {"GITHUB_STEP_SUMMARY": str(files.summary), "GITHUB_OUTPUT": str(files.output), "GITHUB_WORKSPACE": str(Path.cwd())}
    for name, value in {"GITHUB_ACTIONS": "true", **places, **more}.items():
        monkeypatch.setenv(name, value)
    return files


def test_a_job_of_github_gets_annotations_a_summary_and_a_fenced_report(
    course: Path, outcome: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    files = in_job(monkeypatch, tmp_path)
    files.summary.write_text("before\n")

    assert run(["tiny", "calculator.py", "--format", "github"]) == 1

    out = capsys.readouterr().out
    assert [(name, put.get("file"), put.get("line")) for name, put, _ in carried_out(out)] == [
        ("error", "calculator.py", "15"),
        ("notice", None, None),
    ]
    assert "0 of 2 points" in out
    summary = files.summary.read_text(encoding="utf-8")
    assert summary.startswith("before\n") and "| FAIL | It doubles | 0 of 2 |" in summary


def test_the_token_of_the_fence_is_never_the_same(course: Path, outcome: Any, capsys: Any) -> None:
    tokens = set()
    for _ in range(2):
        run(["tiny", "calculator.py", "--format", "github"])
        tokens |= {message for name, _, message in commands_in(capsys.readouterr().out) if name == "stop-commands"}

    assert len(tokens) == 2 and all(len(token) == 32 for token in tokens)


def test_a_summary_leaves_the_step_what_it_had_and_stays_below_the_limit(
    course: Path, outcome: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files = in_job(monkeypatch, tmp_path)
    files.summary.write_text("x" * (SUMMARY_BYTES - 200))

    run(["tiny", "calculator.py", "--format", "github"])

    assert SUMMARY_BYTES - 200 < files.summary.stat().st_size <= SUMMARY_BYTES
    assert "The rest is left out" in files.summary.read_text()


@pytest.mark.parametrize("handed_in", ["elsewhere", "archive"])
def test_only_files_of_the_repository_are_annotated(
    course: Path, outcome: Any, tmp_path: Path, capsys: Any, handed_in: str
) -> None:
    elsewhere = tmp_path / "elsewhere" / "calculator.py"
    elsewhere.parent.mkdir()
    elsewhere.write_text("x = 1\n")
    with zipfile.ZipFile(course / "work.zip", "w") as archive:
        archive.write(elsewhere, "work.py")

    run(["tiny", str(elsewhere) if handed_in == "elsewhere" else "work.zip", "--format", "github"])

    assert all("file" not in put for _, put, _ in carried_out(capsys.readouterr().out))


def test_gradescope_finds_its_results_and_the_exit_code_says_that_it_went_well(
    course: Path, outcome: Any, gradescope: Path, capsys: Any
) -> None:
    (course / "course.toml").write_text("late = [{hours = 24, keep = 0.5}]\n", encoding="utf-8")
    outcome(passed())

    assert run(["tiny", "calculator.py", "--format", "gradescope"]) == 0

    text = gradescope.read_text(encoding="utf-8")
    assert gradescope_faults(text) == [] and json.loads(text)["score"] == 6
    assert "hours late: 6 of 12 points are left." in json.loads(text)["output"]
    assert "12 of 12 points" in capsys.readouterr().out


def test_a_fault_of_ours_is_no_grade(course: Path, outcome: Any, gradescope: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gradescope.write_text("old")
    (course / "result.json").write_text('{"score": 100}')
    outcome(grader_error())
    files = in_job(monkeypatch, tmp_path, **CLASSROOM50)

    assert run(["tiny", "calculator.py", "--format", "gradescope"]) == 3
    assert run(["tiny", "calculator.py", "--format", "classroom50"]) == 3

    assert not gradescope.exists() and not (course / "result.json").exists()
    assert outputs_in(files.output.read_text())["status"] == "error"


def test_classroom50_finds_result_release_and_outputs(
    course: Path, outcome: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files = in_job(monkeypatch, tmp_path, **CLASSROOM50)
    aim = tmp_path / "aim"
    aim.write_text("kept")
    (course / "result.json").symlink_to(aim)

    assert run(["tiny", "calculator.py", "--format", "classroom50"]) == 0

    assert classroom50_faults((course / "result.json").read_text(encoding="utf-8")) == []
    assert aim.read_text() == "kept" and not (course / "result.json").is_symlink()
    assert "| FAIL | It doubles | 0 of 2 |" in (course / "release-body.md").read_text(encoding="utf-8")
    assert outputs_in(files.output.read_text()) == {"status": "failure", "summary": "tiny: 0 of 2 points, not passed yet"}


def test_the_older_reporter_finds_its_output(course: Path, outcome: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = in_job(monkeypatch, tmp_path)
    outcome(passed())

    assert run(["tiny", "calculator.py", "--format", "classroom"]) == 0

    told = report_to_classroom({"grade": outputs_in(files.output.read_text())["result"]})
    assert (told.total, told.maximum, told.failed) == (12.0, 12.0, False)


@pytest.mark.parametrize("name", ["gradescope", "classroom50", "classroom"])
def test_without_its_place_a_format_is_all_of_stdout(
    course: Path, outcome: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any, name: str
) -> None:
    for variable, value in CLASSROOM50.items():
        monkeypatch.setenv(variable, value)

    assert run(["tiny", "calculator.py", "--format", name]) == 0

    assert json.loads(capsys.readouterr().out)["tests"]
    assert not (course / "result.json").exists()


def test_classroom50_needs_its_runner_and_one_stdout_has_one_owner(course: Path, outcome: Any, capsys: Any) -> None:
    assert run(["tiny", "calculator.py", "--format", "classroom50"]) == 2
    assert "SUBMISSION_TAG" in capsys.readouterr().err
    assert run(["tiny", "calculator.py", "--format", "github", "--json", "-"]) == 2
    assert "both want stdout" in capsys.readouterr().err


def test_junit_goes_into_a_file_with_the_html_report_attached(course: Path, outcome: Any, capsys: Any) -> None:
    (course / "out").mkdir()

    assert run(["tiny", "calculator.py", "--junit", "out/junit.xml", "--html", "out/report.html"]) == 1

    (case,) = gitlab_cases((course / "out" / "junit.xml").read_bytes())
    assert case.attachment == "out/report.html"
    assert "0 of 2 points" in capsys.readouterr().out


def test_a_report_outside_of_the_project_is_not_attached(course: Path, outcome: Any, tmp_path: Path) -> None:
    run(["tiny", "calculator.py", "--junit", "junit.xml", "--html", str(tmp_path / "report.html")])

    assert gitlab_cases((course / "junit.xml").read_bytes())[0].attachment is None


def test_a_junit_file_that_cannot_be_written_ends_with_2_before_grading(course: Path, capsys: Any) -> None:
    assert run(["tiny", "calculator.py", "--junit", "missing/junit.xml"]) == 2

    assert "junit.xml" in capsys.readouterr().err


def test_all_writes_one_file_for_all_exercises(course: Path, outcome: Any, capsys: Any) -> None:
    assert run(["all", "--junit", "junit.xml", "--format", "gradescope"]) == 0

    assert len(gitlab_cases((course / "junit.xml").read_bytes())) == 1
    assert gradescope_faults(capsys.readouterr().out) == []


def test_a_file_that_forges_every_format_gets_its_0_points(
    course: Path, grader: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    (course / "work.py").write_text(FORGING, encoding="utf-8")
    result_of = SimpleNamespace(grade=grader.grade)
    monkeypatch.setattr("grader.cli.grading.Grader", lambda choices: contextlib.nullcontext(result_of))
    in_job(monkeypatch, tmp_path, **CLASSROOM50)

    run(["tiny", "work.py", "--format", "github", "--junit", "junit.xml"])
    log = capsys.readouterr().out
    run(["tiny", "work.py", "--format", "classroom50"])
    commands = [(name, put.get("file"), message.partition("\n")[0][:20]) for name, put, message in carried_out(log)]
    document = (course / "junit.xml").read_bytes()
    told = json.loads((course / "result.json").read_text(encoding="utf-8"))

    assert [(name, file) for name, file, _ in commands] == [("error", "work.py"), ("notice", None)]
    assert "Points 100/100" in log  # it was printed, and carried out by nobody
    assert jenkins_faults(document) == [] and [case.status for case in gitlab_cases(document)] == ["failed"]
    assert (told["score"], told["max-score"], len(told["tests"])) == (0, 200, 1)
