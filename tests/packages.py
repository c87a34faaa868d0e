"""Set-ups laid down for tests: nothing is installed or downloaded, programs only write down how they were called."""

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.cli.commands import cli
from grader.course import find_exercise, open_course
from grader.packaging.setups import SETUPS, Order

ROOT = Path(__file__).parents[1]
KINDS = tuple(SETUPS)
GPU = pytest.mark.parametrize("gpu", [False, True], ids=["CPU", "GPU"])
# Writes down each word of its call, a null between two and a line feed of its own at the end.
RECORD = 'printf "%s\\0" "$(basename "$0")" "$@" >>"$CALLS"; printf "\\n\\0" >>"$CALLS"\n'
# A real pip that is reached by a mistake of these tests changes no environment and asks nobody.
OFFLINE = {**os.environ, "PIP_DRY_RUN": "1", "PIP_NO_INDEX": "1", "PIP_REQUIRE_VIRTUALENV": "1"}
# Python where a script judges a file with it, and never where it would install something.
JUDGE = f'[ "$1 $2" = "-I -" ] || {{ echo "not here: $*" >&2; exit 70; }}; exec {shlex.quote(sys.executable)} "$@"'
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


def program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/bash\n{script}\n")
    path.chmod(0o755)


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


def yaml_of(text: str) -> Any:
    ruamel = pytest.importorskip(
        "ruamel.yaml", reason="ruamel.yaml, which comes with check-jsonschema, is not installed"
    )
    return ruamel.YAML(typ="safe", pure=True).load(text)


def steps_of_action() -> dict[str, Mapping[str, Any]]:
    """Return the steps with a script, by their id; the one without is `install`."""
    steps = yaml_of((ROOT / "action.yml").read_text())["runs"]["steps"]
    return {step.get("id", "install"): step for step in steps if "run" in step}
