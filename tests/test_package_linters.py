"""Set-ups pass the linters of their kind and keep to the schemas of their platforms."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packages import GPU, OFFLINE, PYTHON, calls_in, laid, program, steps_of_action, text_of, yaml_of

from grader.packaging import wheel
from grader.packaging.setups import SETUPS, Order


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
