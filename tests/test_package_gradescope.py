"""Gradescope's scripts do what they say, on a played machine."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from packages import JUDGE, OFFLINE, PYTHON, RECORD, assert_understood, calls_in, laid, program

from grader.packaging import wheel


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
