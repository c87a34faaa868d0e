"""From a cell to its statements, and the names that each binds, changes and needs."""

from __future__ import annotations

import ast
import re
import symtable
import textwrap
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from grader.notebook.running import changed_names

LAZY_ANNOTATIONS = "from __future__ import annotations"


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement at the top of a cell, and what it has to do with names.

    Attributes:
        first, last: its lines in the cell, counted from 1, decorators included.
        binds: names that it gives a value.
        changes: names whose value it changes in place.
        now: names that it needs when it runs.
        later: names that its functions need when they are called.
        stands_alone: whether it compiles outside a notebook.
    """

    cell: int
    node: ast.stmt
    text: str
    first: int
    last: int
    binds: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    now: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    stands_alone: bool = True

    @property
    def is_definition(self) -> bool:
        return isinstance(self.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))

    @property
    def is_import(self) -> bool:
        return isinstance(self.node, (ast.Import, ast.ImportFrom))


@dataclass(frozen=True, eq=False)
class Cell:
    """A code cell: its number among the code cells, its lines, and why it is skipped where it cannot be read.

    `lazy_annotations`: it says `from __future__ import annotations`, which then holds for the whole file.
    """

    number: int
    lines: tuple[str, ...]
    statements: tuple[Statement, ...] = ()
    lazy_annotations: bool = False
    trouble: str = ""


# Cell magics after which the rest of the cell is Python all the same.
_PYTHON_CELL_MAGICS = frozenset({"time", "timeit", "capture", "prun", "debug", "writefile", "file", "memit"})


def read_cell(number: int, source: str) -> Cell:
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    magic = re.match(r"\s*%%\s*([\w-]*)", lines[first])
    if magic:
        if magic[1] not in _PYTHON_CELL_MAGICS:
            return Cell(number, tuple(lines), trouble=f"a %%{magic[1][:20]} cell is not Python")
        lines[first] = ""
    try:
        lines, tree = _parse_cell(lines)
    except SyntaxError as error:
        where = f"line {error.lineno}: " if error.lineno else ""
        return Cell(number, tuple(lines), trouble=f"it is not valid Python ({where}{error.msg})")
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return Cell(number, tuple(lines), trouble="it is not valid Python")
    lazy = any(is_future(node) and any(alias.name == "annotations" for alias in node.names) for node in tree.body)
    statements = tuple(_describe(number, node, lines) for node in tree.body)
    return Cell(number, tuple(lines), statements, lazy)


def is_future(node: ast.stmt) -> TypeGuard[ast.ImportFrom]:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _parse_cell(lines: list[str]) -> tuple[list[str], ast.Module]:
    """Return the lines, magics taken out, and their tree. What parses as it stands is left as it stands."""
    for attempt in (lines, textwrap.dedent("\n".join(lines)).split("\n")):
        try:
            return attempt, _parse("\n".join(attempt))
        except SyntaxError:
            pass
    lines = list(lines)
    for _ in range(100):
        try:
            return lines, _parse("\n".join(lines))
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            if not (0 <= at < len(lines) and len(lines[at]) < _MAX_MAGIC_CHARS and _MAGIC.match(lines[at].lstrip())):
                break
            _take_out(lines, at)
    cleaned = list(lines)
    for at, line in enumerate(lines):
        if _SURE_MAGIC.match(line.lstrip()):
            _take_out(cleaned, at)
    return cleaned, _parse("\n".join(cleaned))


_MAX_MAGIC_CHARS = 2000
_SURE_MAGIC = re.compile(r"%{1,2}[a-zA-Z]|!|\?")
# Only asked of lines that are not valid Python.
_MAGIC = re.compile(
    r"[%!?]|[\w., ]+=\s*[%!]|(?:pip|conda|mamba|cd|ls|pwd|mkdir|cat|rm|cp|mv|wget|git)\b|.*\?\s*(?:#.*)?$"
)


def _take_out(lines: list[str], at: int) -> None:
    """Put `pass` in the place of a magic, so that the block around it stays one, continuation lines included."""
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    continued = lines[at].rstrip().endswith("\\")
    lines[at] = f"{indent}pass"
    while continued and at + 1 < len(lines):
        at += 1
        continued = lines[at].rstrip().endswith("\\")
        lines[at] = ""


def _parse(source: str) -> ast.Module:
    """Return the tree of code that compiles; else SyntaxError, ValueError, RecursionError or MemoryError come out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
        compile(source, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    return tree


def _describe(cell: int, node: ast.stmt, lines: Sequence[str]) -> Statement:
    decorators = getattr(node, "decorator_list", [])
    first = min(node.lineno, *(item.lineno for item in decorators)) if decorators else node.lineno
    last = node.end_lineno or node.lineno
    return Statement(cell, node, _segment(node, first, last, lines), first, last)


def with_names(cell: Cell, lazy_annotations: bool) -> Cell:
    return replace(cell, statements=tuple(_with_own_names(item, lazy_annotations) for item in cell.statements))


def _with_own_names(statement: Statement, lazy_annotations: bool) -> Statement:
    text = f"{LAZY_ANNOTATIONS}\n{statement.text}" if lazy_annotations else statement.text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<cell>", "exec", dont_inherit=True)  # `await` at the top is fine in a notebook only
            table = symtable.symtable(text, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return replace(statement, stands_alone=False)
    names = _Names()
    names.read_top(table)
    changes = frozenset(changed_names(statement.node))
    own = names.binds - ({"annotations"} if lazy_annotations else set())
    return replace(
        statement,
        binds=frozenset(own),
        changes=changes,
        now=frozenset(names.now | changes) - (names.binds if _is_compound(statement.node) else set()),
        later=frozenset(names.later),
    )


def _segment(node: ast.stmt, first: int, last: int, lines: Sequence[str]) -> str:
    """Return the text of the statement; columns are counted in UTF-8 bytes."""
    picked = [line.encode() for line in lines[first - 1 : last]]
    picked[-1] = picked[-1][: node.end_col_offset]
    if first == node.lineno:
        picked[0] = picked[0][node.col_offset :]
    return b"\n".join(picked).decode()


class _Names:
    """The names of one statement, as the compiler sees their scopes."""

    def __init__(self) -> None:
        self.binds: set[str] = set()
        self.now: set[str] = set()
        self.later: set[str] = set()

    def read_top(self, table: symtable.SymbolTable) -> None:
        for symbol in table.get_symbols():
            if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
                self.binds.add(symbol.get_name())
            if symbol.is_referenced():
                self.now.add(symbol.get_name())
        waiting = [(child, True) for child in table.get_children()]
        while waiting:
            child, runs_now = waiting.pop()
            runs_now = runs_now and _runs_at_once(child)
            self._read_inner(child, self.now if runs_now else self.later)
            waiting += [(inner, runs_now) for inner in child.get_children()]

    def _read_inner(self, table: symtable.SymbolTable, needed: set[str]) -> None:
        is_class = isinstance(table, symtable.Class)
        for symbol in table.get_symbols():
            if symbol.is_global():
                needed.add(symbol.get_name())
            elif is_class and symbol.is_referenced() and symbol.is_assigned():
                self.later.add(symbol.get_name())  # `device = device` in a class body reads the global


def _runs_at_once(table: symtable.SymbolTable) -> bool:
    """Say whether the scope is run along with its statement: a class body, a comprehension."""
    return isinstance(table, symtable.Class) or table.get_name() in ("listcomp", "setcomp", "dictcomp", "genexpr")


def _is_compound(node: ast.stmt) -> bool:
    return isinstance(node, (ast.If, ast.Try, ast.With, ast.For))
