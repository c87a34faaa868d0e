"""Ready-made set-ups: what is in them, that they pass the linters of their kind, and that their shell does what it says.

Nothing is installed or downloaded: the scripts run against a played machine, with programs that write down how they were called.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.cli import run
from grader.cli.commands import cli
from grader.course import find_exercise, open_course
from grader.course_file import read_course_file
from grader.packaging import wheel
from grader.packaging.archives import zip_of
from grader.packaging.one_exercise import course_files
from grader.packaging.setups import SETUPS, TEMPLATES, Order

ROOT = Path(__file__).parents[1]
KINDS = tuple(SETUPS)
GPU = pytest.mark.parametrize("gpu", [False, True], ids=["CPU", "GPU"])


def order(name: str = "exercise3", *, gpu: bool = False, course: Path = ROOT) -> Order:
    found = open_course(course, asked_by="the tests")
    return Order(found, find_exercise(found, name), gpu)


def text_of(kind: str, path: str, *, gpu: bool = False, name: str = "exercise3") -> str:
    return SETUPS[kind](order(name, gpu=gpu))[path].content.decode()


def laid(kind: str, folder: Path, *, gpu: bool = False, name: str = "exercise3") -> Path:
    for path, file in SETUPS[kind](order(name, gpu=gpu)).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(file.content)
    return folder


# ---------------------------------------------------------------------------------------------------------------------
# The files


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


# ---------------------------------------------------------------------------------------------------------------------
# Gradescope's scripts


def program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/bash\n{script}\n")
    path.chmod(0o755)


# Writes down each word of its call, a null between two and a line feed of its own at the end.
RECORD = 'printf "%s\\0" "$(basename "$0")" "$@" >>"$CALLS"; printf "\\n\\0" >>"$CALLS"\n'


def assert_understood(call: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the real command line read a call of `grade`, and do nothing."""
    for command in cli.commands.values():
        monkeypatch.setattr(command, "callback", lambda **choices: None)
    cli.main(args=call[1:], prog_name="grade", standalone_mode=False)


def calls_in(path: Path) -> list[list[str]]:
    calls: list[list[str]] = [[]]
    for word in path.read_text().split("\0")[:-1] if path.exists() else ():
        calls[-1:] = [calls[-1], []] if word == "\n" else [[*calls[-1], word]]
    return calls[:-1]


# A real pip that is reached by a mistake of these tests changes no environment and asks nobody.
OFFLINE = {**os.environ, "PIP_DRY_RUN": "1", "PIP_NO_INDEX": "1", "PIP_REQUIRE_VIRTUALENV": "1"}
# Python where a script judges a file with it, and never where it would install something.
JUDGE = f'[ "$1 $2" = "-I -" ] || {{ echo "not here: $*" >&2; exit 70; }}; exec {shlex.quote(sys.executable)} "$@"'


class Gradescope:
    """A played /autograder in a folder, with the scripts and a program in the place of `grade`."""

    def __init__(self, folder: Path, name: str = "exercise3") -> None:
        self.root = folder / "autograder"
        self.venv = folder / "opt" / "grade"
        self.calls = folder / "calls"
        self.result = self.root / "results" / "results.json"
        laid("gradescope", self.root / "source", name=name)
        (self.root / "submission").mkdir()
        (self.root / "submission_metadata.json").write_text("{}")

    def run(self, script: str, grade: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        if script == "run_autograder":
            program(self.venv / "bin" / "python", JUDGE)
        if grade:
            program(self.venv / "bin" / "grade", RECORD + grade)
        env = {
            **OFFLINE,
            "AUTOGRADER_ROOT": str(self.root),
            "AUTOGRADER_VENV": str(self.venv),
            "AUTOGRADER_DATA": str(self.root / "data"),
            "CALLS": str(self.calls),
            "RESULT": str(self.result),
            **more,
        }
        path = self.root / "source" / script
        return subprocess.run(["bash", str(path)], env=env, cwd=self.root, capture_output=True, text=True, check=False)


GRADED = '{"score": 7.5, "tests": [{"score": 7.5, "max_score": 10, "name": "a"}]}'


def test_the_result_of_the_grader_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played = Gradescope(tmp_path)

    done = played.run("run_autograder", f"""printf '%s' '{GRADED}' >"$RESULT" """)

    assert done.returncode == 0, done.stderr
    assert played.result.read_text() == GRADED
    assert calls_in(played.calls) == [["grade", "exercise3", str(played.root / "submission"), "--format", "gradescope"]]
    assert played.result.parent.stat().st_mode & 0o077 == 0
    assert_understood(calls_in(played.calls)[0], monkeypatch)


@pytest.mark.parametrize(
    ("grade", "told"),
    [
        pytest.param('rm -f "$RESULT"; exit 3', "exit code 3", id="the grader failed and wrote nothing"),
        pytest.param(":", "exit code 0", id="the grader said nothing at all"),
        pytest.param("""printf '{"tests": [' >"$RESULT" """, "exit code 0", id="half a file"),
        pytest.param("""printf '{"output": "hm"}' >"$RESULT" """, "exit code 0", id="a file without a score"),
        pytest.param("""printf '[1]' >"$RESULT" """, "exit code 0", id="JSON of another kind"),
        pytest.param(f"""printf '%s' '{GRADED}' >"$RESULT"; exit 3""", "exit code 3", id="it failed after it wrote"),
        pytest.param('rm -f "$RESULT"; kill -9 $$', "killed, most likely for memory", id="killed"),
        pytest.param('rm -f "$RESULT"; exec sleep 60', "took more than 0.2 s", id="no end"),
        pytest.param("", "exit code 127", id="never installed"),
        pytest.param('rm -rf "$RESULT"; mkdir "$RESULT"; exit 3', "exit code 3", id="a folder in its place"),
    ],
)
def test_a_fault_of_ours_is_told_and_is_no_grade(grade: str, told: str, tmp_path: Path) -> None:
    played = Gradescope(tmp_path)

    done = played.run("run_autograder", grade, AUTOGRADER_DEADLINE_S="0.2" if "sleep" in grade else "60")

    result = json.loads(played.result.read_text())
    [test] = result["tests"]
    assert (test["score"], test["max_score"], test["status"]) == (0, 0, "failed") and "score" not in result
    assert "not the fault of your code" in test["output"]
    assert done.returncode == 3 and told in done.stdout


HOSTILE_NAMES = ("$(touch pwned).py", "`touch pwned`.py", "-rf", "a; touch pwned", "a\nb.py", "* ?.py", "--format=text")


def test_names_in_a_submission_are_never_read_by_the_shell(tmp_path: Path) -> None:
    played = Gradescope(tmp_path)
    for name in HOSTILE_NAMES:
        (played.root / "submission" / name).write_text("")
    # What lies beside the grader's working directory is not imported by it either.
    (played.root / "json.py").write_text(f"open({str(tmp_path / 'pwned')!r}, 'w')")

    done = played.run("run_autograder", f"""printf '%s' '{GRADED}' >"$RESULT" """)

    assert done.returncode == 0
    assert calls_in(played.calls) == [["grade", "exercise3", str(played.root / "submission"), "--format", "gradescope"]]
    assert not list(tmp_path.rglob("pwned"))


# A Python that writes down its calls; `-m venv DIR` lays down another one, and a grade, that do the same.
PYTHON = (
    RECORD
    + """
if [ "$(basename "$0") $1" = "python3 -c" ]; then exit "${TOO_OLD:-0}"; fi
if [[ "$*" == *"-m venv"* ]]; then
  for place in "${@: -1}/bin/"{python,grade}; do mkdir -p "$(dirname "$place")"; cp --remove-destination "$0" "$place"; done
fi
[ "$(basename "$0") $1" != "$FAILS" ]
"""
)


def machine(folder: Path) -> dict[str, str]:
    """Return an environment in which Python, apt-get and what they install only write down their calls."""
    for name in ("python3", "apt-get"):
        program(folder / "bin" / name, PYTHON)
    program(folder / "bin" / "rm", ":")  # it would remove the real lists of packages
    return {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}


def test_setting_up_installs_torch_for_the_cpu_then_this_grader_and_hides_the_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = Gradescope(tmp_path)

    done = played.run("setup.sh", **machine(tmp_path))

    assert done.returncode == 0, done.stderr
    calls = [call for call in calls_in(played.calls) if call[1] != "-c"]
    pip = ["python", "-m", "pip", "install", "--disable-pip-version-check", "--no-cache-dir"]
    source = played.root / "source"
    assert_understood(calls[-1], monkeypatch)
    assert calls == [
        ["python3", "-m", "venv", str(played.venv)],
        [*pip, "torch", "torchvision", "--index-url", "https://download.pytorch.org/whl/cpu"],
        [*pip, str(source / wheel.NAME)],
        ["grade", "list"],
        ["grade", "exercise3", str(source / "course" / "solutions" / "exercise3" / "calculator.py"), "--quiet"],
    ]
    assert not [path for path in (source, *source.rglob("*")) if path.stat().st_mode & 0o077]


def test_setting_up_fetches_the_data_of_the_exercise(tmp_path: Path) -> None:
    played = Gradescope(tmp_path, "exercise5")
    labels = played.root / "data" / "t10k-labels-idx1-ubyte"
    labels.parent.mkdir()
    labels.write_bytes(b"")

    done = played.run("setup.sh", **machine(tmp_path))

    assert done.returncode == 0, done.stderr
    assert ["grade", "data", "fashion-mnist", "--root", str(played.root / "data")] in calls_in(played.calls)
    assert labels.stat().st_mode & 0o077 == 0


def test_setting_up_ends_where_torch_cannot_be_installed(tmp_path: Path) -> None:
    played = Gradescope(tmp_path)

    done = played.run("setup.sh", FAILS="python -m", **machine(tmp_path))

    assert done.returncode != 0
    assert "grade" not in [call[0] for call in calls_in(played.calls)]


def test_setting_up_on_an_old_system_says_which_to_choose(tmp_path: Path) -> None:
    played = Gradescope(tmp_path)

    done = played.run("setup.sh", TOO_OLD="1", **machine(tmp_path))

    assert done.returncode == 1 and "choose Ubuntu 22.04 or newer" in done.stderr
    assert ["apt-get", "install", "-y", "--no-install-recommends", "python3", "python3-venv"] in calls_in(played.calls)


# ---------------------------------------------------------------------------------------------------------------------
# The action and the pipeline


def yaml_of(text: str) -> Any:
    ruamel = pytest.importorskip(
        "ruamel.yaml", reason="ruamel.yaml, which comes with check-jsonschema, is not installed"
    )
    return ruamel.YAML(typ="safe", pure=True).load(text)


def steps_of_action() -> dict[str, Mapping[str, Any]]:
    """Return the steps with a script, by their id; the one without is `install`."""
    steps = yaml_of((ROOT / "action.yml").read_text())["runs"]["steps"]
    return {step.get("id", "install"): step for step in steps if "run" in step}


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


# ---------------------------------------------------------------------------------------------------------------------
# Linters


def lint(name: str, *arguments: str | Path, cwd: Path, stdin: str = "") -> None:
    """Run a linter that lies beside this Python or on PATH; the test is skipped, in words, where it is not there."""
    folders = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    found = shutil.which(name, path=folders)
    if found is None:
        pytest.skip(f"{name} is not installed; `pip install -e .[dev]` brings it where there is a wheel of it")
    env = {**os.environ, "PATH": folders, "NO_COLOR": "1"}
    done = subprocess.run(
        [found, *map(str, arguments)], input=stdin, env=env, cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@GPU
@pytest.mark.parametrize("name", ["exercise3", "exercise5"])
def test_shellcheck_finds_nothing_in_the_scripts_of_gradescope(name: str, gpu: bool, tmp_path: Path) -> None:
    laid("gradescope", tmp_path, gpu=gpu, name=name)

    lint("shellcheck", "setup.sh", "run_autograder", cwd=tmp_path)


def test_shellcheck_finds_nothing_in_the_steps_of_the_action(tmp_path: Path) -> None:
    for name, step in steps_of_action().items():
        lint("shellcheck", "--shell=bash", "-", cwd=tmp_path, stdin=f"# {name}\n{step['run']}")


@GPU
def test_shellcheck_finds_nothing_in_the_pipeline(gpu: bool, tmp_path: Path) -> None:
    job = yaml_of(text_of("gitlab", ".gitlab-ci.yml", gpu=gpu))[".grade"]

    lint("shellcheck", "--shell=sh", "-", cwd=tmp_path, stdin="\n".join([*job["before_script"], *job["script"]]))


def sections_of(definition: str) -> dict[str, str]:
    """Return the sections of an Apptainer definition by name."""
    parts = re.split(r"^%(\w+)\n", definition, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


@GPU
def test_shellcheck_finds_nothing_in_the_definition_for_apptainer(gpu: bool, tmp_path: Path) -> None:
    sections = sections_of(text_of("apptainer", "grade.def", gpu=gpu))

    assert list(sections) == ["files", "post", "environment", "runscript", "test", "labels", "help"]
    for name in ("post", "environment", "runscript", "test"):
        lint("shellcheck", "--shell=sh", "-", cwd=tmp_path, stdin=sections[name])


def test_what_apptainer_builds_installs_the_wheel_that_it_copies(tmp_path: Path) -> None:
    sections = sections_of(text_of("apptainer", "grade.def"))
    copied, inside = sections["files"].split()
    program(tmp_path / "bin" / "python", PYTHON)
    place = tmp_path / inside.lstrip("/")
    place.parent.mkdir()
    place.touch()
    script = re.sub(r"/(opt|course|data)\b", rf"{tmp_path}/\1", sections["post"])
    env = {**OFFLINE, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "CALLS": str(tmp_path / "calls")}

    done = subprocess.run(["sh", "-c", script], env=env, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert copied == wheel.NAME and calls_in(tmp_path / "calls")[-1][-1] == str(place)
    assert not place.exists() and (tmp_path / "course").is_dir()


@GPU
def test_hadolint_finds_nothing_in_the_dockerfile(gpu: bool, tmp_path: Path) -> None:
    laid("docker", tmp_path, gpu=gpu)

    lint("hadolint", "Dockerfile", cwd=tmp_path)


def test_an_image_is_built_from_the_grader_alone_and_runs_as_nobody_special(tmp_path: Path) -> None:
    files = SETUPS["docker"](Order(None, None, gpu=False))
    ignored = [
        line for line in files[".dockerignore"].content.decode().splitlines() if line and not line.startswith("#")
    ]
    lines = files["Dockerfile"].content.decode().splitlines()

    assert ignored == ["*", f"!{wheel.NAME}"]
    assert [line for line in lines if line.startswith(("COPY", "ADD"))] == [f"COPY {wheel.NAME} /tmp/"]
    assert [line for line in lines if line.startswith("USER")] == ["USER 1000"]


@GPU
def test_actionlint_finds_nothing_in_the_workflow(gpu: bool, tmp_path: Path) -> None:
    laid("github", tmp_path, gpu=gpu)
    # Which labels a runner of one's own has, only its owner knows.
    (tmp_path / ".github" / "actionlint.yaml").write_text("self-hosted-runner:\n  labels: [gpu]\n")
    (tmp_path / ".git").mkdir()  # that is how it finds the root

    lint("actionlint", "-no-color", ".github/workflows/grade.yml", cwd=tmp_path)


@GPU
@pytest.mark.parametrize(
    ("kind", "schema", "path"),
    [
        ("github", "vendor.github-actions", ".github/actions/grade/action.yml"),
        ("github", "vendor.github-workflows", ".github/workflows/grade.yml"),
        ("gitlab", "vendor.gitlab-ci", ".gitlab-ci.yml"),
    ],
)
def test_files_keep_to_the_schema_of_their_platform(
    kind: str, schema: str, path: str, gpu: bool, tmp_path: Path
) -> None:
    laid(kind, tmp_path, gpu=gpu)

    lint("check-jsonschema", "--builtin-schema", schema, path, cwd=tmp_path)
