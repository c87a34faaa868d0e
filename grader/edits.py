"""What an edit of a Python file can change: which of its names may behave otherwise than before.

Told from the two syntax trees, never by running anything, and on the safe side: wherever names could hang together in a way that
a tree does not show, or the edit is in code that runs at import, everything may have changed.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from grader.syntax import parse

# Uses that are no names of the file: its text as such, and whether a text occurs in it.
WHOLE_TEXT = "*"
OCCURRENCE = "?"
# With these a file can look at its own names, or be looked at, in ways that no tree shows.
REFLECTIVE = frozenset(
    {
        *("globals", "locals", "vars", "eval", "exec", "compile", "setattr", "delattr", "__import__", "__getattr__", "__dir__", "__all__"),
        *("importlib", "sys", "inspect", "gc", "builtins", "__builtins__", "__dict__", "modules", "__globals__", "__main__"),
    }
)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_MAIN_GUARD = ast.dump(ast.parse('__name__ == "__main__"', mode="eval").body)
Names = frozenset[str]
Nodes = list[ast.AST]


class Edit:
    """The difference between two states of a file.

    Args:
        before: its text when it was graded last.
        after: its text now.
    """

    def __init__(self, before: str, after: str) -> None:
        self._before = before
        self._after = after
        self._changed: Names | None = frozenset()  # None: anything
        self._neighbours: list[Mapping[str, Names]] = []
        if before == after:
            return
        old, new = _read(before), _read(after)
        if old is None or new is None or old.rest != new.rest or not _in_same_order(old, new):
            self._changed = None
            return
        names = old.parts.keys() | new.parts.keys()
        changed = frozenset(name for name in names if old.parts.get(name) != new.parts.get(name))
        self._neighbours = [old.neighbours, new.neighbours]
        # What runs at import can change anything, torch's defaults for one.
        runs_at_import = self._all_behind(old.run_at_import | new.run_at_import)
        self._changed = changed if changed.isdisjoint(runs_at_import) else None

    def reaches(self, uses: Collection[str]) -> bool:
        """Say whether something may have changed for whoever uses these names of the file (or WHOLE_TEXT, or OCCURRENCE and a text)."""
        if self._changed is None:
            return True
        texts = [use[len(OCCURRENCE) :] for use in uses if use.startswith(OCCURRENCE)]
        if any((text in self._before) != (text in self._after) for text in texts):
            return True
        if WHOLE_TEXT in uses:
            return self._before != self._after
        return not self._changed.isdisjoint(self._all_behind(uses))

    def _all_behind(self, names: Iterable[str]) -> set[str]:
        """Return these names and all that they need, in either state of the file."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [other for neighbours in self._neighbours for other in neighbours.get(name, ())]
        return found


@dataclass
class _File:
    """The top level of a file.

    Attributes:
        parts: name -> the trees of the definitions, and of the assignments of values that are simply there, that bind it.
        rest: the trees of all other statements, imports among them.
        order: what binds and runs, in order: names of parts; an empty text for one of the rest.
        nodes: name -> all nodes of each definition that binds it.
        variables: names of values that can change in place, or that code binds which runs.
        run_at_import: names that code mentions which runs when the file is imported.
        together: groups of names that one statement of the rest ties together.
    """

    parts: dict[str, list[str]] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    nodes: dict[str, list[Nodes]] = field(default_factory=dict)
    variables: set[str] = field(default_factory=set)
    run_at_import: set[str] = field(default_factory=set)
    together: list[set[str]] = field(default_factory=list)

    @functools.cached_property
    def neighbours(self) -> Mapping[str, Names]:
        """Name -> the names that it needs, or shares something with that can change."""
        own = self.parts.keys() | self.variables
        found: dict[str, set[str]] = {name: set() for name in own}
        for name, definitions in self.nodes.items():
            for nodes in definitions:
                mentioned = own & set(_mentioned(nodes))
                found[name] |= mentioned
                for other in mentioned & (self.variables | set(_reached_into(nodes))):
                    found[other].add(name)
        for group in self.together:
            for name in group & own:
                found[name] |= group & own
        return {name: frozenset(others) for name, others in found.items()}


@functools.lru_cache(maxsize=2)  # what is new in one edit is what was there before in the next one
def _read(source: str) -> _File | None:
    """Return the top level of a file; None where its names could hang together in ways that are not seen."""
    tree = parse(source)
    if tree is None:
        return None
    file = _File()
    for node in tree.body:
        nodes = list(ast.walk(node))
        if not REFLECTIVE.isdisjoint(_identifiers(nodes)):
            return None
        _take(node, nodes, file)
    return file


def _take(node: ast.stmt, nodes: Nodes, file: _File) -> None:
    if isinstance(node, _DEFINITIONS):
        _bind(node.name, node, nodes, file)
        file.run_at_import |= {name for part in _run_at_once(node) for name in _mentioned(ast.walk(part))}
        return
    if _does_nothing(node):
        return
    if isinstance(node, (ast.Assign, ast.AnnAssign)) and _is_simply_there(node):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for name in (inner.id for target in targets for inner in ast.walk(target) if isinstance(inner, ast.Name)):
            _bind(name, node, nodes, file)
            if not _is_constant(node):
                file.variables.add(name)
        return
    file.rest.append(ast.dump(node))
    file.order.append("")
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        file.together.append(set(_mentioned(nodes)))
        file.run_at_import |= set(_mentioned(nodes))
        file.variables |= {inner.id for inner in nodes if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)}
        file.variables |= {inner.name for inner in nodes if isinstance(inner, _DEFINITIONS)}


def _does_nothing(node: ast.stmt) -> bool:
    """Say whether a statement is without any effect where the file is imported: a text, `pass`, what runs only as a program."""
    if isinstance(node, ast.If) and not node.orelse:
        return ast.dump(node.test) == _MAIN_GUARD
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _bind(name: str, node: ast.stmt, nodes: Nodes, file: _File) -> None:
    file.parts.setdefault(name, []).append(ast.dump(node))
    file.nodes.setdefault(name, []).append(nodes)
    file.order.append(name)


def _is_simply_there(node: ast.Assign | ast.AnnAssign) -> bool:
    """Say whether an assignment gives names a value without running code of anybody's."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    stores_elsewhere = any(isinstance(inner, (ast.Attribute, ast.Subscript)) for target in targets for inner in ast.walk(target))
    runs = (ast.Call, ast.Await, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.NamedExpr)
    return not stores_elsewhere and (node.value is None or not any(isinstance(inner, runs) for inner in ast.walk(node.value)))


def _is_constant(node: ast.Assign | ast.AnnAssign) -> bool:
    """Say whether an assignment gives a value that nothing can change in place."""
    allowed = (ast.Constant, ast.UnaryOp, ast.BinOp, ast.Tuple, ast.unaryop, ast.operator, ast.expr_context)
    return node.value is not None and all(isinstance(inner, allowed) for inner in ast.walk(node.value))


def _run_at_once(node: ast.stmt) -> Iterator[ast.AST]:
    """Yield the parts of a definition that run where it stands and call something: decorators, defaults, the body of a class."""
    assert isinstance(node, _DEFINITIONS)
    parts: list[ast.AST] = list(node.decorator_list)
    if isinstance(node, ast.ClassDef):
        parts += [*node.bases, *node.keywords]
        for inner in node.body:
            if isinstance(inner, _DEFINITIONS):
                yield from _run_at_once(inner)
            else:
                parts.append(inner)
    else:
        parts += [*node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)]
    decorators = set(map(id, node.decorator_list))
    yield from (part for part in parts if id(part) in decorators or any(isinstance(inner, ast.Call) for inner in ast.walk(part)))


def _in_same_order(old: _File, new: _File) -> bool:
    """Say whether what is in both states is bound, and run, in the same order."""
    common = old.parts.keys() & new.parts.keys() | {""}
    changed = {name for name in common - {""} if len(old.parts[name]) != len(new.parts[name])}
    return [n for n in old.order if n in common - changed] == [n for n in new.order if n in common - changed]


def _mentioned(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for inner in nodes:
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, _DEFINITIONS):
            yield inner.name
        elif isinstance(inner, (ast.Global, ast.Nonlocal)):
            yield from inner.names


def _reached_into(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names in whose objects the code may change something: `f.calls += 1`, `TABLE["a"] = 1`, `Net.made.append(1)`, `global n`."""
    for inner in nodes:
        if isinstance(inner, ast.Global):
            yield from inner.names
        elif isinstance(inner, (ast.Attribute, ast.Subscript)):
            is_deep = isinstance(inner.value, (ast.Attribute, ast.Subscript))
            if is_deep or not isinstance(inner.ctx, ast.Load):
                yield from _base(inner)


def _base(node: ast.expr) -> Iterator[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _identifiers(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for inner in nodes:
        if isinstance(inner, ast.Name):
            yield inner.id
        elif isinstance(inner, ast.Attribute):
            yield inner.attr
        elif isinstance(inner, _DEFINITIONS):
            yield inner.name
        elif isinstance(inner, ast.alias):
            yield from inner.name.split(".")
            if inner.name == "*":
                yield "globals"  # a star can bring any name
