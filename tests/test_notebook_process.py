"""Notebooks are read in a process of their own, behind walls; what becomes of it is told in words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.faults import GraderFault
from grader.notebook import converting
from grader.notebook.cells import BrokenNotebook
from grader.notebook.converting import convert_notebook
from grader.notebook.source import notebook_source
from grader.sandbox import kernel, landlock


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": source} for source in cells], "nbformat": 4})


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converting, "_answers", {})


@pytest.mark.parametrize(
    "cells",
    [
        ("import torch\ndef f(x):\n    return torch.relu(x)", "for _ in range(10**9): f(1)"),
        ("%pip install torch\n!ls\ndef f(x):\n    return x  # ✓ \u00e9\u4e2d", "f?"),
        ("def f(:\n", "def g(x): return x\nf = g"),
        ("def f(x): return " + "(" * 500 + "x" + ")" * 500, "def f(x): return x"),
    ],
)
def test_the_answer_is_what_the_conversion_gives(cells: tuple[str, ...]) -> None:
    assert convert_notebook(notebook(*cells), {"f"}) == notebook_source(notebook(*cells), {"f"})


@pytest.mark.parametrize("text", ["{", "[" * 3_000_000, "[]", notebook(), '{"cells": 3}', notebook("x = 1" * 500_000)])
def test_what_is_no_notebook_is_told_in_the_same_words(text: str) -> None:
    with pytest.raises(BrokenNotebook) as expected:
        notebook_source(text)
    with pytest.raises(BrokenNotebook) as caught:
        convert_notebook(text)

    assert (caught.value.message, caught.value.hint, caught.value.line) == (
        *(expected.value.message, expected.value.hint, expected.value.line),
    )


def test_no_cell_is_run(tmp_path: Path) -> None:
    made = tmp_path / "made"
    source, _ = convert_notebook(notebook(f"open({str(made)!r}, 'w')\ndef f(x=open({str(made)!r}, 'w')):\n    return x"), {"f"})

    assert "def f" in source
    assert not made.exists()


def stand_in(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converting, "boot_command", lambda module, arguments: [sys.executable, "-c", code])


def test_a_notebook_that_ends_the_process_is_the_students_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in("import os; print(flush=True); os.kill(os.getpid(), 9)", monkeypatch)

    with pytest.raises(BrokenNotebook, match="takes more time or memory than any notebook of a solution"):
        convert_notebook(notebook("x = 1"))


@pytest.mark.parametrize("code", ["raise SystemExit('no room')", "import time; time.sleep(60)"])
def test_a_process_that_never_got_to_work_is_not(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(code, monkeypatch)
    monkeypatch.setattr(converting, "WAIT_S", 2.0)

    with pytest.raises(GraderFault, match="did not get to work"):
        convert_notebook(notebook("x = 1"))


ATTEMPTS = """
import socket, subprocess, os
from grader.sandbox.sealing import seal

def attempt(name, do):
    try:
        do()
    except BaseException as error:
        print(name, type(error).__name__, flush=True)
    else:
        print(name, "done", flush=True)

seal(512 * 2**20, 1)
attempt("read", lambda: open("/etc/passwd").read())
attempt("write", lambda: open("/tmp/made-behind-walls", "w"))
attempt("list", lambda: os.listdir("/"))
attempt("connect", lambda: socket.socket().connect(("127.0.0.1", 9)))
attempt("program", lambda: subprocess.run(["/bin/true"]))
attempt("signal", lambda: os.kill(os.getppid(), 0))
attempt("memory", lambda: bytearray(2**30))
attempt("compute", lambda: sum(range(1000)))
while True:
    pass
"""


@pytest.mark.skipif(
    not kernel.is_supported() or landlock.abi() == 0,
    reason="this kernel has no Landlock, so there are only the filter and the limits",
)
def test_a_sealed_process_can_only_compute_and_not_for_long() -> None:
    done = subprocess.run([sys.executable, "-c", ATTEMPTS], capture_output=True, text=True, timeout=60, check=False)

    found = dict(line.split() for line in done.stdout.splitlines())
    assert found.pop("compute") == "done", done.stderr
    assert set(found) == {"read", "write", "list", "connect", "program", "signal", "memory"}
    assert "done" not in found.values()
    assert done.returncode < 0  # by the limit on processor time
    assert not Path("/tmp/made-behind-walls").exists()
