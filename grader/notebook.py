"""Notebooks as Python source: what a notebook defines, without running it.

A notebook mixes the solution with experiments: training, plots, prints. Imported as it stands it would train for
minutes, or stop at a picture. So of every code cell only the statements stay that the solution needs:

- definitions (`def`, `class`) and plain assignments (`EPOCHS = 3`, `relu = torch.relu`, a lambda);
- imports that something kept uses;
- other assignments, and changes of what was assigned (`table["a"] = f()`, `LR.backward = backward`, an `if` or a
  loop of nothing but such), where a wanted name needs them, directly or through functions and classes that use it
  as a global, and where running them is cheap: no training step, no file, no download, no dataset.

Whatever uses a name that is then missing goes too, since one NameError would take the whole file down. Everything
else becomes blank lines, so that lines keep their numbers, and notes tell what was left out.

The JSON is read directly: the libraries for it take longer to import than a whole grading run lasts.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
import symtable
import textwrap
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

MAX_CODE_CHARS = 1_000_000
MAX_STATEMENTS = 5_000
MAX_NOTES = 30
_LAZY_ANNOTATIONS = "from __future__ import annotations"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


class BrokenNotebook(Exception):
    """The file is no notebook that can be read; `message` and `hint` are for its student, `line` is 0 or a line."""

    def __init__(self, message: str, hint: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.line = line


def notebook_source(text: str, wanted: Collection[str] = ()) -> tuple[str, tuple[str, ...]]:
    """Return the Python source of a notebook and notes on what was left out of it.

    Args:
        text: the notebook's JSON.
        wanted: the names that the exercise asks for. Empty, or none of them there: whatever is defined counts.

    Raises:
        BrokenNotebook: it is no notebook, or none in Python.
    """
    cells = [_read_cell(number, source) for number, source in enumerate(_code_cells(text), start=1)]
    lazy = any(cell.lazy_annotations for cell in cells)
    if sum(len(cell.statements) for cell in cells) > MAX_STATEMENTS:
        raise BrokenNotebook(
            f"the notebook holds more than {MAX_STATEMENTS} statements",
            "Keep the cells of the solution, and move the rest to another notebook.",
        )
    cells = [_with_names(cell, lazy) for cell in cells]
    plan = _plan([statement for cell in cells for statement in cell.statements], frozenset(wanted))
    lines = [_LAZY_ANNOTATIONS if lazy else "# The code cells of the notebook, in order."]
    for cell in cells:
        lines += [f"# %% cell {cell.number}", *_kept_lines(cell, plan.kept)]
    return "\n".join(lines) + "\n", _bounded(_notes(cells, plan, frozenset(wanted)))


# ---------------------------------------------------------------------------------------------------------------------
# From JSON to cells

_OTHER_LANGUAGES = _words(
    "r julia javascript typescript scala java matlab octave ruby go rust bash sql c c++ c++11 c++14 c++17 c# f#"
)
_SAVE_AGAIN = "Open it in Jupyter, run all cells, save it, and hand in the saved file."


def _code_cells(text: str) -> list[str]:
    """Return the source of every code cell."""
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        merged = re.search(r"^<<<<<<< ", text, re.MULTILINE)
        message = "holds the marks of a merge conflict" if merged else f"cannot be read from line {error.lineno} on"
        hint = "Resolve the conflict, then save it in Jupyter again." if merged else _SAVE_AGAIN
        raise BrokenNotebook(f"the notebook {message}", hint, error.lineno) from error
    except (RecursionError, ValueError) as error:  # nested too deeply, or a number of thousands of digits
        raise BrokenNotebook("the notebook cannot be read: its JSON is out of the ordinary", _SAVE_AGAIN) from error
    cells = _cells_of(notebook)
    language = _language(notebook)
    if language in _OTHER_LANGUAGES:
        raise BrokenNotebook(f"the notebook is written in {language}, not in Python", "Hand in a Python notebook.")
    sources = [_source_of(cell) for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    if not any(source.strip() for source in sources):
        raise BrokenNotebook("the notebook holds no code", "Is this the right file? Save the notebook, then try again.")
    if sum(map(len, sources)) > MAX_CODE_CHARS:
        raise BrokenNotebook("the notebook holds more than 1 MB of code", "Data belongs into files of its own.")
    return sources


def _cells_of(notebook: Any) -> list[Any]:
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if cells is None and isinstance(notebook, dict):  # the format before 2015
        sheets = notebook.get("worksheets")
        sheets = sheets if isinstance(sheets, list) else []
        found = [sheet["cells"] for sheet in sheets if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)]
        cells = [cell for sheet_cells in found for cell in sheet_cells] if found else None
    if not isinstance(cells, list):
        raise BrokenNotebook("the file is not a notebook: it has no cells", _SAVE_AGAIN)
    return cells


def _language(notebook: Mapping[str, Any]) -> str:
    metadata = notebook.get("metadata")
    for section, key in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(section) if isinstance(metadata, dict) else None
        name = part.get(key) if isinstance(part, dict) else None
        if isinstance(name, str) and name:
            return name.lower()
    return "python"


def _source_of(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        source = ""
    # JSON can write halves of characters that no file can hold.
    whole = source.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\r\n", "\n").replace("\r", "\n")


# ---------------------------------------------------------------------------------------------------------------------
# From cells to statements


@dataclass(frozen=True, eq=False)
class _Statement:
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
class _Cell:
    """A code cell: its number among the code cells, its lines, and why it is skipped where it cannot be read.

    `lazy_annotations`: it says `from __future__ import annotations`, which then holds for the whole file.
    """

    number: int
    lines: tuple[str, ...]
    statements: tuple[_Statement, ...] = ()
    lazy_annotations: bool = False
    trouble: str = ""


# Cell magics after which the rest of the cell is Python all the same.
_PYTHON_CELL_MAGICS = frozenset({"time", "timeit", "capture", "prun", "debug", "writefile", "file", "memit"})


def _read_cell(number: int, source: str) -> _Cell:
    lines = source.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    magic = re.match(r"\s*%%\s*([\w-]*)", lines[first])
    if magic:
        if magic[1] not in _PYTHON_CELL_MAGICS:
            return _Cell(number, tuple(lines), trouble=f"a %%{magic[1][:20]} cell is not Python")
        lines[first] = ""
    try:
        lines, tree = _parse_cell(lines)
    except SyntaxError as error:
        where = f"line {error.lineno}: " if error.lineno else ""
        return _Cell(number, tuple(lines), trouble=f"it is not valid Python ({where}{error.msg})")
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return _Cell(number, tuple(lines), trouble="it is not valid Python")
    lazy = any(_is_future(node) and any(alias.name == "annotations" for alias in node.names) for node in tree.body)
    statements = tuple(_describe(number, node, lines) for node in tree.body)
    return _Cell(number, tuple(lines), statements, lazy)


def _is_future(node: ast.stmt) -> TypeGuard[ast.ImportFrom]:
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


def _describe(cell: int, node: ast.stmt, lines: Sequence[str]) -> _Statement:
    decorators = getattr(node, "decorator_list", [])
    first = min(node.lineno, *(item.lineno for item in decorators)) if decorators else node.lineno
    last = node.end_lineno or node.lineno
    return _Statement(cell, node, _segment(node, first, last, lines), first, last)


def _with_names(cell: _Cell, lazy_annotations: bool) -> _Cell:
    return replace(cell, statements=tuple(_with_own_names(item, lazy_annotations) for item in cell.statements))


def _with_own_names(statement: _Statement, lazy_annotations: bool) -> _Statement:
    text = f"{_LAZY_ANNOTATIONS}\n{statement.text}" if lazy_annotations else statement.text
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, "<cell>", "exec", dont_inherit=True)  # `await` at the top is fine in a notebook only
            table = symtable.symtable(text, "<cell>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return replace(statement, stands_alone=False)
    names = _Names()
    names.read_top(table)
    changes = frozenset(_changed_names(statement.node))
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


# ---------------------------------------------------------------------------------------------------------------------
# What a statement does when it runs

_MUTATORS = _words(
    "append extend insert add update setdefault register_buffer register_parameter register_module add_module"
)
_HARMLESS_CALLS = frozenset({"setattr", "print"})
# Calls of builtins and the like that give a constant, however the notebook goes on.
_CONSTANT_CALLS = _words(
    "int float bool str complex bytes tuple list dict set frozenset range len min max sum abs round sorted slice pow"
    " torch.device torch.Size Path pathlib.Path math.sqrt math.log math.exp math.prod os.path.join"
)
_HEAVY_CALLS = _words(
    "open input fit train backward step zero_grad mount upload system popen Popen run sleep get_ipython exec eval exit"
    " quit breakpoint imread from_pretrained urlopen urlretrieve run_line_magic"
)
_HEAVY_STARTS = ("load", "read_", "download")
_HEAVY_MODULES = frozenset({"datasets", "hub", "requests", "urllib", "subprocess", "socket", "google"})


def _changed_names(node: ast.stmt) -> Iterator[str]:
    """Yield the names whose value the statement changes in place."""
    for inner in _walk_now(node):
        if isinstance(inner, ast.AugAssign) and isinstance(inner.target, ast.Name):
            yield inner.target.id
        elif isinstance(inner, (ast.Attribute, ast.Subscript)) and isinstance(inner.ctx, ast.Store):
            yield from _base_name(inner)
        elif isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in _MUTATORS:
            yield from _base_name(inner.func)
        elif isinstance(inner, ast.Call) and _dotted(inner.func) == "setattr" and inner.args:
            yield from _base_name(inner.args[0])


def _base_name(node: ast.expr) -> Iterator[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _walk_now(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the node and all below it but for the bodies of functions and classes."""
    waiting: list[ast.AST] = [node]
    while waiting:
        current = waiting.pop()
        yield current
        if not isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting.extend(ast.iter_child_nodes(current))


def _dotted(node: ast.expr) -> str:
    """Return `a.b.c`; for an attribute of something else than a name `.c`, so that its last part is known."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "")
    return ".".join(reversed(parts))


def _may_run(node: ast.stmt) -> bool:
    """Say whether the statement only defines, assigns and fills, however deep the blocks in it go."""
    waiting: list[ast.stmt] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, ast.Expr):
            if not _is_harmless(current.value):
                return False
        elif isinstance(current, (ast.If, ast.With, ast.For, ast.Try)):
            waiting += current.body
            waiting += getattr(current, "orelse", [])
            if isinstance(current, ast.Try):
                waiting += current.finalbody
                waiting += [inner for handler in current.handlers for inner in handler.body]
        elif not isinstance(current, _SIMPLE):
            return False
    return True


_SIMPLE = (
    ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef,
    ast.ClassDef, ast.Pass, *([ast.TypeAlias] if hasattr(ast, "TypeAlias") else []),
)  # fmt: skip


def _is_harmless(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        name = _dotted(value.func)
        return name in _HARMLESS_CALLS or ("." in name and name.rpartition(".")[2] in _MUTATORS)
    return isinstance(value, ast.Constant)


def _is_plain(node: ast.stmt) -> bool:
    """Say whether the statement assigns a constant, another name, a lambda: nothing that runs code worth the name."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return type(node).__name__ == "TypeAlias"
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if any(isinstance(part, (ast.Attribute, ast.Subscript)) for target in targets for part in ast.walk(target)):
        return False
    for inner in _walk_now(node.value):
        if isinstance(inner, ast.Call) and _dotted(inner.func) not in _CONSTANT_CALLS:
            return False
        if isinstance(inner, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Await, ast.Yield)):
            return False
    return True


def _is_alias(node: ast.stmt) -> bool:
    """Say whether the statement gives another name to a function: a lambda, a name, an attribute."""
    return isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(
        node.value, (ast.Lambda, ast.Name, ast.Attribute)
    )


@dataclass
class _Heaviness:
    """Which calls take long or reach outside: training steps, files, downloads, datasets, and what calls such."""

    origins: Mapping[str, str]
    definitions: Mapping[str, list[_Statement]]
    heavy_names: set[str] = field(default_factory=set)

    def spread(self) -> None:
        """Find the heavy definitions: those with a heavy call in them, then those that call one of these."""
        bodies = {name: [_called_parts(item.node) for item in items] for name, items in self.definitions.items()}
        calls = {name: [_dotted(call) for part in parts for call in part] for name, parts in bodies.items()}
        callers: dict[str, set[str]] = {}
        for name, called in calls.items():
            for other in called:
                callers.setdefault(other, set()).add(name)
        waiting = [name for name, called in calls.items() if any(self.is_heavy(other) for other in called)]
        while waiting:
            name = waiting.pop()
            if name not in self.heavy_names:
                self.heavy_names.add(name)
                waiting += callers.get(name, ())

    def is_heavy(self, call: str) -> bool:
        """Say whether a call of this dotted name is heavy."""
        base, _, rest = call.partition(".")
        if call in self.definitions:
            return call in self.heavy_names
        last = call.rpartition(".")[2]
        if last in _HEAVY_CALLS or last.startswith(_HEAVY_STARTS):
            return True
        origin = self.origins.get(base, base)
        return not _HEAVY_MODULES.isdisjoint([*origin.split("."), *rest.split(".")])

    def is_heavy_to_run(self, node: ast.stmt) -> bool:
        """Say whether running the statement, without what it only defines, is heavy."""
        for inner in _walk_now(node):
            if isinstance(inner, (ast.Await, ast.Yield, ast.YieldFrom, ast.While)):
                return True
            if isinstance(inner, ast.Call) and self.is_heavy(_dotted(inner.func)):
                return True
        return False


def _called_parts(node: ast.stmt) -> list[ast.expr]:
    """Return what the function calls, or what making an object of the class calls."""
    if isinstance(node, ast.ClassDef):
        bodies: list[ast.AST] = [item for item in node.body if getattr(item, "name", "") in ("__init__", "__new__")]
    else:
        bodies = [node]
    return [inner.func for body in bodies for inner in ast.walk(body) if isinstance(inner, ast.Call)]


def _origins(statements: Iterable[_Statement]) -> dict[str, str]:
    """Return where each imported name comes from: `dsets` from `torchvision.datasets`."""
    origins: dict[str, str] = {}
    for statement in statements:
        node = statement.node
        if isinstance(node, ast.Import):
            origins.update({alias.asname or alias.name.split(".")[0]: alias.name if alias.asname else
                            alias.name.split(".")[0] for alias in node.names})  # fmt: skip
        elif isinstance(node, ast.ImportFrom):
            origins.update({alias.asname or alias.name: f"{node.module or ''}.{alias.name}" for alias in node.names})
    return origins


# ---------------------------------------------------------------------------------------------------------------------
# What stays


@dataclass(frozen=True, eq=False)
class _Plan:
    """Which statements stay; which of the others are missed, and by what name."""

    kept: frozenset[_Statement]
    missed: tuple[tuple[_Statement, str], ...]


_ALWAYS_THERE = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}


def _plan(statements: Sequence[_Statement], wanted: frozenset[str]) -> _Plan:
    binders: dict[str, list[_Statement]] = {}
    for statement in statements:
        for name in statement.binds | statement.changes:
            binders.setdefault(name, []).append(statement)
    definitions: dict[str, list[_Statement]] = {}
    for statement in statements:
        if isinstance(statement.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            definitions.setdefault(statement.node.name, []).append(statement)
    heaviness = _Heaviness(_origins(statements), definitions)
    heaviness.spread()
    usable = frozenset(s for s in statements if _is_usable(s, definitions, heaviness))
    live = _live_names(statements, usable, binders, wanted)
    return _keep(statements, usable, live, definitions, frozenset(binders))


def _is_usable(statement: _Statement, definitions: Mapping[str, object], heaviness: _Heaviness) -> bool:
    """Say whether the statement may stay where it is needed."""
    node = statement.node
    if _is_main_guard(node) or not statement.stands_alone:
        return False
    if statement.is_definition or statement.is_import:
        return True
    # `loss = loss(yhat, y)` in an experiment must not take the place of the function `loss`.
    if any(name in definitions for name in statement.binds - statement.changes) and not _is_alias(node):
        return False
    return _may_run(node) and not heaviness.is_heavy_to_run(node)


def _is_main_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and any(
        isinstance(inner, ast.Name) and inner.id == "__name__" for inner in ast.walk(node.test)
    )


def _live_names(
    statements: Sequence[_Statement],
    usable: frozenset[_Statement],
    binders: Mapping[str, list[_Statement]],
    wanted: frozenset[str],
) -> frozenset[str]:
    """Return the names that the wanted ones need, directly or through others; themselves included."""
    waiting = [name for name in wanted if name in binders]
    if not waiting:
        waiting = [name for s in statements if s.is_definition or _is_plain(s.node) for name in s.binds | s.later]
    live: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in live:
            continue
        live.add(name)
        for statement in binders.get(name, ()):
            if statement in usable:
                waiting += statement.binds | statement.changes | statement.now | statement.later
    return frozenset(live)


def _keep(
    statements: Sequence[_Statement],
    usable: frozenset[_Statement],
    live: frozenset[str],
    definitions: Mapping[str, Sequence[_Statement]],
    bound_somewhere: frozenset[str],
) -> _Plan:
    kept: list[_Statement] = []
    missed: list[tuple[_Statement, str]] = []
    there: set[str] = set()
    has_star = False
    for statement in statements:
        if _is_future(statement.node):
            continue
        is_live = not live.isdisjoint(statement.binds | statement.changes)
        is_star = isinstance(statement.node, ast.ImportFrom) and statement.node.names[0].name == "*"
        if not (is_live or is_star or statement.is_definition or _is_plain(statement.node)):
            continue
        if statement not in usable:
            if is_live and definitions.keys().isdisjoint(statement.binds):
                missed.append((statement, ""))
            continue
        lacking = _lacking(statement, there, definitions, bound_somewhere, has_star)
        if lacking:
            if is_live:
                missed.append((statement, lacking))
            continue
        has_star = has_star or is_star
        kept.append(statement)
        there |= statement.binds
    return _Plan(frozenset(kept), tuple(missed))


def _lacking(
    statement: _Statement,
    there: set[str],
    definitions: Mapping[str, Sequence[_Statement]],
    bound_somewhere: frozenset[str],
    has_star: bool,
) -> str:
    """Return a name that running the statement needs and that is not there, or nothing."""
    known = there | _ALWAYS_THERE
    direct = statement.now - known
    if direct and not (has_star and direct.isdisjoint(bound_somewhere)):
        return min(direct)
    if statement.is_definition and not getattr(statement.node, "decorator_list", ()):
        return ""
    # What it calls needs its own globals in turn.
    seen: set[str] = set()
    waiting = [name for name in statement.now if name in definitions]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for needed in (needed for item in definitions[name] for needed in item.later):
            if needed in bound_somewhere and needed not in known and needed not in statement.binds:
                return needed
            if needed in definitions:
                waiting.append(needed)
    return ""


def _kept_lines(cell: _Cell, kept: frozenset[_Statement]) -> list[str]:
    """Return the lines of the cell with all blanked that does not stay."""
    if cell.trouble:
        return [""] * len(cell.lines)
    lines = list(cell.lines)
    for group in _by_lines(cell.statements):
        staying = [statement for statement in group if statement in kept]
        if len(staying) == len(group):
            continue
        first, last = group[0].first, max(statement.last for statement in group)
        text = "; ".join(statement.text for statement in staying).split("\n") if staying else []
        lines[first - 1 : last] = text + [""] * (last - first + 1 - len(text))
    return lines


def _by_lines(statements: Sequence[_Statement]) -> Iterator[list[_Statement]]:
    """Yield the statements in groups that share lines (`a = 1; print(a)`)."""
    group: list[_Statement] = []
    for statement in statements:
        if group and statement.first > group[-1].last:
            yield group
            group = []
        group.append(statement)
    if group:
        yield group


# ---------------------------------------------------------------------------------------------------------------------
# What was left out, in words


def _notes(cells: Sequence[_Cell], plan: _Plan, wanted: frozenset[str]) -> Iterator[str]:
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


def _bounded(notes: Iterator[str]) -> tuple[str, ...]:
    """Return the notes, each of a length and all in a number that a report can show."""
    every = ["".join(char if char.isprintable() else " " for char in note[:300]) for note in notes]
    more = [f"and {len(every) - MAX_NOTES} notes more"] if len(every) > MAX_NOTES else []
    return (*every[:MAX_NOTES], *more)


def _lost_names(cell: _Cell, wanted: frozenset[str]) -> str:
    found = re.findall(r"^[ \t]*(?:class|(?:async[ \t]+)?def)[ \t]+(\w+)", "\n".join(cell.lines), re.MULTILINE)
    names = [name for name in dict.fromkeys(found) if name in wanted or not wanted][:5]
    return f"; {' and '.join(names)} would be defined there" if names else ""


def _missed_note(statement: _Statement, lacking: str) -> str:
    names = " and ".join(sorted(statement.binds or statement.changes)[:3])
    if lacking:
        return f"cell {statement.cell}: {names} was left out: it needs {lacking}, which nothing graded above defines"
    return (
        f"cell {statement.cell}: line {statement.first} was left out, since it runs code: "
        f"a function must make or be given its {names} itself"
    )


def _is_silent(statement: _Statement) -> bool:
    """Say whether nobody misses the statement: an unused import, a bare text, the main guard, a magic taken out."""
    node = statement.node
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return statement.is_import or is_text or isinstance(node, ast.Pass) or _is_main_guard(node)


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
