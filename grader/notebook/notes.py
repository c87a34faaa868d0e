"""What was left out of a notebook, in words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from grader.notebook.planning import Plan, is_main_guard
from grader.notebook.statements import Cell, Statement

MAX_NOTES = 30


def notes_on(cells: Sequence[Cell], plan: Plan, wanted: frozenset[str]) -> Iterator[str]:
    for cell in cells:
        if cell.trouble:
            yield f"cell {cell.number} skipped: {cell.trouble}{_lost_names(cell, wanted)}"
    for statement, lacking in plan.missed:
        yield _missed_note(statement, lacking)
    told = {statement for statement, _ in plan.missed}
    only_runs: list[int] = []
    partly: list[int] = []
    for cell in cells:
        left_out = [s for s in cell.statements if s not in plan.kept and s not in told and not _is_silent(s)]
        if left_out:
            (partly if any(s in plan.kept for s in cell.statements) else only_runs).append(cell.number)
    if only_runs:
        it_runs = "it runs code and defines" if len(only_runs) == 1 else "they run code and define"
        yield f"{_cell_words(only_runs)} skipped: {it_runs} nothing the exercise asks for"
    if partly:
        yield f"{_cell_words(partly)}: only what is defined was graded, not the calls and loops beside it"


def bounded(notes: Iterator[str]) -> tuple[str, ...]:
    """Return the notes, each of a length and all in a number that a report can show."""
    every = ["".join(char if char.isprintable() else " " for char in note[:300]) for note in notes]
    more = [f"and {len(every) - MAX_NOTES} notes more"] if len(every) > MAX_NOTES else []
    return (*every[:MAX_NOTES], *more)


def _lost_names(cell: Cell, wanted: frozenset[str]) -> str:
    found = re.findall(r"^[ \t]*(?:class|(?:async[ \t]+)?def)[ \t]+(\w+)", "\n".join(cell.lines), re.MULTILINE)
    names = [name for name in dict.fromkeys(found) if name in wanted or not wanted][:5]
    return f"; {' and '.join(names)} would be defined there" if names else ""


def _missed_note(statement: Statement, lacking: str) -> str:
    names = " and ".join(sorted(statement.binds or statement.changes)[:3])
    if lacking:
        return f"cell {statement.cell}: {names} was left out: it needs {lacking}, which nothing graded above defines"
    return (
        f"cell {statement.cell}: line {statement.first} was left out, since it runs code: "
        f"a function must make or be given its {names} itself"
    )


def _is_silent(statement: Statement) -> bool:
    """Say whether nobody misses the statement: an unused import, a bare text, the main guard, a magic taken out."""
    node = statement.node
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return statement.is_import or is_text or isinstance(node, ast.Pass) or is_main_guard(node)


def _cell_words(numbers: Sequence[int]) -> str:
    """Return `cell 7`, or `cells 2, 4 and 7 to 9`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [part for run in runs for part in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run))]
    joined = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"cell{'s' if len(numbers) > 1 else ''} {joined}"
