"""`%grade exercise3` for Jupyter and Colab: grades the cells that have run so far and shows the report below the cell.

`%load_ext grader.magic` once a session. The cells go to the same command as a file does, as a notebook that nobody has to save
first: their code is read, not run again, and runs once more only behind the walls of the grader.
"""

from __future__ import annotations

import html
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.cli.exits import Exit

NAME = "notebook.ipynb"
HEIGHT_PX = 640
_USAGE = "Write %grade and an exercise, such as `%grade exercise3`; options of `grade` may follow."


def load_ipython_extension(shell: Any) -> None:
    """Have a session know `%grade`."""
    shell.register_magic_function(lambda line: grade_session(shell, line), "line", "grade")


def grade_session(shell: Any, line: str) -> None:
    """Grade what the cells of a session define, and show the report."""
    words = shell.arg_split(line, posix=True) if hasattr(shell, "arg_split") else line.split()
    if not words or words[0].startswith("-"):
        print(_USAGE)  # noqa: T201 (a notebook's cell is told like a terminal)
        return
    with tempfile.TemporaryDirectory(prefix="grade-notebook-") as folder:
        notebook, report = Path(folder) / NAME, Path(folder) / "report.html"
        notebook.write_text(json.dumps(as_notebook(cells_of(shell))), encoding="utf-8")
        exercise, *options = words
        command = [sys.executable, "-m", "grader", exercise, str(notebook), "--quiet", "--html", str(report), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        told = done.stdout if done.returncode in (Exit.PASSED, Exit.NOT_PASSED) else done.stderr
        print(told.strip())  # noqa: T201
        if report.is_file():
            _show(report.read_text(encoding="utf-8"))


def cells_of(shell: Any) -> list[str]:
    """Return what was run in this session, in order; a cell's number is the one that the notebook shows beside it."""
    return [str(source) for source in shell.history_manager.input_hist_raw[1:]]


def as_notebook(sources: Sequence[str]) -> dict[str, Any]:
    """Return code cells as a notebook in Python."""
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": number, "source": source}
        for number, source in enumerate(sources, 1)
    ]
    return {"cells": cells, "metadata": {"kernelspec": {"language": "python"}}, "nbformat": 4, "nbformat_minor": 5}


def as_frame(page: str) -> str:
    """Return a report as a frame of its own: its style stays inside, and nothing in it runs."""
    return (
        f'<iframe sandbox="allow-popups" style="width: 100%; height: {HEIGHT_PX}px; border: 0" title="report of grade" '
        f'srcdoc="{html.escape(page, quote=True)}"></iframe>'
    )


def _show(page: str) -> None:
    from IPython.display import display

    display({"text/html": as_frame(page), "text/plain": "(the report of grade)"}, raw=True)  # type: ignore[no-untyped-call]
