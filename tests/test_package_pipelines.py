"""The action of GitHub and the pipeline of GitLab do what they say, on a played machine."""

import os
import subprocess
from pathlib import Path

import pytest
from packages import (
    JUDGE,
    OFFLINE,
    PYTHON,
    RECORD,
    assert_understood,
    calls_in,
    program,
    steps_of_action,
    text_of,
    yaml_of,
)

from grader.packaging import wheel


def run_step(name: str, folder: Path, **env: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """Run a step of the action as GitHub's runner does, and return its outputs."""
    output = folder / f"{name}-output"
    output.touch()
    step = steps_of_action()[name]
    assert set(step.get("env", {})) <= {*env, "PIP_CACHE_DIR", "PIP_DISABLE_PIP_VERSION_CHECK"}
    given = {**OFFLINE, "RUNNER_TEMP": str(folder), "GITHUB_OUTPUT": str(output), "CALLS": str(folder / "calls"), **env}
    script = folder / f"{name}.sh"
    script.write_text(step["run"])
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    done = subprocess.run(command, env=given, cwd=folder, capture_output=True, text=True, check=False)
    return done, dict(line.split("=", 1) for line in output.read_text().splitlines())


def test_no_input_of_the_action_becomes_text_of_a_script() -> None:
    assert all("${{" not in step["run"] for step in steps_of_action().values())


@pytest.mark.parametrize("carried", [True, False], ids=["beside a wheel", "in the repository of the grader"])
def test_the_action_installs_the_grader_that_lies_beside_it(carried: bool, tmp_path: Path) -> None:
    action = tmp_path / "action"
    action.mkdir()
    (action / (wheel.NAME if carried else "pyproject.toml")).write_bytes(b"1")
    program(tmp_path / "bin" / "python", PYTHON)

    planned, plan = run_step("plan", tmp_path, TORCH="cpu", ACTION=str(action))
    installed, _ = run_step(
        "install", tmp_path, PYTHON=str(tmp_path / "bin" / "python"), INDEX=plan["index"], GRADER=plan["grader"]
    )

    assert planned.returncode == installed.returncode == 0, installed.stderr
    assert plan["grader"] == str(action / wheel.NAME if carried else action)
    pip = ["python", "-I", "-m", "pip", "install", "--quiet"]
    assert calls_in(tmp_path / "calls")[-2:] == [
        [*pip, "torch", "torchvision", "--index-url", "https://download.pytorch.org/whl/cpu"],
        [*pip, plan["grader"]],
    ]


def test_the_action_refuses_another_torch(tmp_path: Path) -> None:
    done, _ = run_step("plan", tmp_path, TORCH="$(touch pwned)", ACTION=str(tmp_path))

    assert done.returncode == 2 and "torch must be cpu or default" in done.stdout
    assert not (tmp_path / "pwned").exists()


# What `grade` would leave: the JSON at the path after --json.
GRADE = """
for word in "$@"; do if [ "$last" = --json ]; then printf '{"points": 7.5, "max_points": 10}' >"$word"; fi; last="$word"; done
exit "${CODE:-0}"
"""
ASKED = {"EXERCISE": "exercise3", "SUBMISSION": "", "COURSE": "", "ISOLATION": "landlock-old", "ARGS": ""}


def played_action(folder: Path) -> None:
    program(folder / "grade" / "bin" / "grade", RECORD + GRADE)
    program(folder / "grade" / "bin" / "python", JUDGE)


@pytest.mark.parametrize(("code", "passed"), [(0, "true"), (1, "false"), (2, "false"), (3, "false")])
def test_the_action_ends_as_the_grader_does_and_says_the_points(
    code: int, passed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played_action(tmp_path)

    done, outputs = run_step("grade", tmp_path, **ASKED, CODE=str(code))

    assert done.returncode == code
    assert outputs["passed"] == passed
    assert (outputs.get("points"), outputs.get("max-points")) == (("7.5", "10") if code <= 1 else (None, None))
    [call] = calls_in(tmp_path / "calls")
    assert call[:6] == ["grade", "exercise3", "--format", "github", "--isolation", "landlock-old"]
    assert_understood(call, monkeypatch)


def test_hostile_inputs_of_the_action_stay_words(tmp_path: Path) -> None:
    played_action(tmp_path)
    (tmp_path / "json.py").write_text("open('pwned', 'w')")  # in the repository: never imported instead of the real one
    hostile = "$(touch pwned); `touch pwned` * .py"

    done, outputs = run_step("grade", tmp_path, **{**ASKED, "SUBMISSION": hostile, "ARGS": "--hint $(touch pwned) *"})

    assert done.returncode == 0 and outputs["passed"] == "true"
    [call] = calls_in(tmp_path / "calls")
    assert call[2] == hostile and call[-4:] == ["--hint", "$(touch", "pwned)", "*"]
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("submission", ["", "handed in/$(touch pwned).py"], ids=["the own folder", "a hostile name"])
def test_the_pipeline_of_gitlab_grades_what_it_is_told(
    submission: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = yaml_of(text_of("gitlab", ".gitlab-ci.yml"))
    job, variables = pipeline[".grade"], pipeline["variables"]
    program(tmp_path / "bin" / "python", PYTHON)
    lines = [line.replace("/opt/grade", str(tmp_path / "opt")) for line in (*job["before_script"], *job["script"])]
    env = {
        **OFFLINE,
        **{key: value for key, value in variables.items() if "$" not in value},
        "GRADE_SUBMISSION": submission,
        "CALLS": str(tmp_path / "calls"),
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
    }

    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(lines)],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    calls = calls_in(tmp_path / "calls")
    assert calls[-1] == [
        *("grade", "exercise3"),
        *([submission] if submission else []),
        *("--isolation", "landlock-old", "--junit", "grade-report/report.xml", "--html", "grade-report/report.html"),
    ]
    assert_understood(calls[-1], monkeypatch)
    assert calls[1][-1] == "https://download.pytorch.org/whl/cpu" and calls[2][-1] == f".gitlab/{wheel.NAME}"
    assert not (tmp_path / "pwned").exists()
    assert job["artifacts"]["reports"]["junit"] == "grade-report/report.xml"
