"""From a notebook's text to Python source."""

from __future__ import annotations

from collections.abc import Collection

from grader.notebook.cells import BrokenNotebook, code_cells
from grader.notebook.notes import bounded, notes_on
from grader.notebook.planning import kept_lines, plan_of
from grader.notebook.statements import LAZY_ANNOTATIONS, read_cell, with_names

MAX_STATEMENTS = 5_000


def notebook_source(text: str, wanted: Collection[str] = ()) -> tuple[str, tuple[str, ...]]:
    """Return the Python source of a notebook and notes on what was left out of it.

    Args:
        text: the notebook's JSON.
        wanted: the names that the exercise asks for. Empty, or none of them there: whatever is defined counts.

    Raises:
        BrokenNotebook: it is no notebook, or none in Python.
    """
    cells = [read_cell(number, source) for number, source in enumerate(code_cells(text), start=1)]
    lazy = any(cell.lazy_annotations for cell in cells)
    if sum(len(cell.statements) for cell in cells) > MAX_STATEMENTS:
        raise BrokenNotebook(
            f"the notebook holds more than {MAX_STATEMENTS} statements",
            "Keep the cells of the solution, and move the rest to another notebook.",
        )
    cells = [with_names(cell, lazy) for cell in cells]
    plan = plan_of([statement for cell in cells for statement in cell.statements], frozenset(wanted))
    lines = [LAZY_ANNOTATIONS if lazy else "# The code cells of the notebook, in order."]
    for cell in cells:
        lines += [f"# %% cell {cell.number}", *kept_lines(cell, plan.kept)]
    return "\n".join(lines) + "\n", bounded(notes_on(cells, plan, frozenset(wanted)))
