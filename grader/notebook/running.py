"""What a statement does when it runs: whether it only defines, assigns and fills, and whether it is heavy."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

_MUTATORS = frozenset(
    {
        "append", "extend", "insert", "add", "update", "setdefault", "register_buffer", "register_parameter",
        "register_module", "add_module",
    }
)
_HARMLESS_CALLS = frozenset({"setattr", "print"})
# Calls of builtins and the like that give a constant, however the notebook goes on.
_CONSTANT_CALLS = frozenset(
    {
        "int", "float", "bool", "str", "complex", "bytes", "tuple", "list", "dict", "set", "frozenset", "range",
        "len", "min", "max", "sum", "abs", "round", "sorted", "slice", "pow", "torch.device", "torch.Size", "Path",
        "pathlib.Path", "math.sqrt", "math.log", "math.exp", "math.prod", "os.path.join",
    }
)
_HEAVY_CALLS = frozenset(
    {
        "open", "input", "fit", "train", "backward", "step", "zero_grad", "mount", "upload", "system", "popen",
        "Popen", "run", "sleep", "get_ipython", "exec", "eval", "exit", "quit", "breakpoint", "imread",
        "from_pretrained", "urlopen", "urlretrieve", "run_line_magic",
    }
)
_HEAVY_STARTS = ("load", "read_", "download")
_HEAVY_MODULES = frozenset({"datasets", "hub", "requests", "urllib", "subprocess", "socket", "google"})


def changed_names(node: ast.stmt) -> Iterator[str]:
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


def may_run(node: ast.stmt) -> bool:
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


def is_plain(node: ast.stmt) -> bool:
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


def is_alias(node: ast.stmt) -> bool:
    """Say whether the statement gives another name to a function: a lambda, a name, an attribute."""
    return isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(
        node.value, (ast.Lambda, ast.Name, ast.Attribute)
    )


@dataclass
class Heaviness:
    """Which calls take long or reach outside: training steps, files, downloads, datasets, and what calls such."""

    origins: Mapping[str, str]
    definitions: Mapping[str, list[ast.stmt]]
    heavy_names: set[str] = field(default_factory=set)

    def spread(self) -> None:
        """Find the heavy definitions: those with a heavy call in them, then those that call one of these."""
        bodies = {name: [_called_parts(item) for item in items] for name, items in self.definitions.items()}
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


def origins_of(statements: Iterable[ast.stmt]) -> dict[str, str]:
    """Return where each imported name comes from: `dsets` from `torchvision.datasets`."""
    origins: dict[str, str] = {}
    for node in statements:
        if isinstance(node, ast.Import):
            origins.update({alias.asname or alias.name.split(".")[0]: alias.name if alias.asname else
                            alias.name.split(".")[0] for alias in node.names})  # fmt: skip
        elif isinstance(node, ast.ImportFrom):
            origins.update({alias.asname or alias.name: f"{node.module or ''}.{alias.name}" for alias in node.names})
    return origins
