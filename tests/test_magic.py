"""`%grade` in a notebook: what has run so far is graded, nothing is run again here, the report stands below the cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import write_course

pytest.importorskip("IPython", reason="IPython is not installed")
HIDDEN = '@pytest.mark.points(2)\ndef test_double(student):\n    """double doubles"""\n    assert student.double(3) == 6, "3 doubled is 6"\n'


@pytest.fixture
def run_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Run a cell of a fresh session with the magic, in a course; returns what it printed and showed."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    root = write_course(tmp_path / "course", hidden="import pytest\n\n\n" + HIDDEN)
    monkeypatch.setenv("GRADE_COURSE", str(root))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    monkeypatch.chdir(tmp_path)
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False  # its thread writes into the home folder

    def run(source: str) -> Any:
        with capture_output() as captured:
            shell.run_cell(source, store_history=True)
        return captured

    run("%load_ext grader.magic")
    yield run
    InteractiveShell.clear_instance()


def test_the_cells_that_have_run_are_graded_and_the_report_is_shown(run_cell: Any) -> None:
    run_cell("ran = []")
    run_cell("def double(x):\n    return x + 1")
    run_cell("!echo a shell line\nran.append(1)\nopen('ran here.txt', 'a').write('x')")
    run_cell("def double(x):\n    return 2 * x")

    graded = run_cell("%grade tiny")

    assert "2 of 2" in graded.stdout
    (shown,) = graded.outputs
    frame = shown.data["text/html"]
    assert frame.startswith("<iframe") and "srcdoc=" in frame and "double doubles" in frame
    assert Path("ran here.txt").read_text() == "x"


def test_a_mistake_is_told_in_the_report(run_cell: Any) -> None:
    run_cell("def double(x):\n    return x + 1")

    graded = run_cell("%grade tiny")

    assert "0 of 2" in graded.stdout and "3 doubled is 6" in graded.outputs[0].data["text/html"]


@pytest.mark.parametrize(("line", "said"), [("%grade", "%grade exercise3"), ("%grade tini", "tiny")])
def test_a_wrong_line_says_how_it_is_written(run_cell: Any, line: str, said: str) -> None:
    told = run_cell(line)

    assert said in told.stdout and not told.outputs
