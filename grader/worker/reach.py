"""Whether a text can come upon a module outside torch at all, told from the text alone: what cannot is not worth profiling.

On the safe side: True wherever a name could be put together, looked up or brought along by something else.
"""

from __future__ import annotations

import ast
import functools
import re

from grader.edits import REFLECTIVE
from grader.syntax import parse, statements

# By module: the names under which other modules hold it. A module that is not listed can be anywhere.
_HELD_AS = {"numpy": frozenset({"numpy", "np"})}
# What looks up a name that need not stand in the text, or reads an object from a file.
_LOOKING_UP = (REFLECTIVE - {"__main__", "__all__", "setattr", "delattr"}) | {
    *("getattr", "attrgetter", "methodcaller", "import_module", "resolve_name", "pickle", "load", "loads"),
}
_ORDINARY_DUNDER = frozenset(
    f"__{name}__"
    for name in (
        *("future", "init", "call", "name", "doc", "repr", "str", "len", "iter", "next", "getitem", "setitem", "contains"),
        *("main", "all", "enter", "exit", "post_init", "version", "eq", "hash", "bool", "slots", "annotations"),
    )
)
# They hold nothing but themselves, torch, and what `_LOOKING_UP` names.
_PLAIN_IMPORTS = frozenset(
    {
        *("torch", "__future__", "abc", "collections", "contextlib", "copy", "dataclasses", "enum", "functools", "heapq", "itertools"),
        *("math", "numbers", "random", "re", "string", "textwrap", "time", "typing", "typing_extensions", "warnings"),
    }
)


@functools.lru_cache(maxsize=64)
def can_reach(text: str, module: str, own: frozenset[str]) -> bool:
    """Return whether Python code could hold something of a module.

    Args:
        text: the code.
        module: name of a top-level module.
        own: top-level modules that are files of the same submission, looked at for themselves.
    """
    held_as = _HELD_AS.get(module)
    if held_as is None or not text.isascii():  # other letters can spell the same name
        return True
    words = set(re.findall(r"\w+", text))
    parts = {part for word in words for part in word.lower().split("_")}
    unusual = {word for word in words if word.startswith("__") and word not in _ORDINARY_DUNDER}
    if unusual or not (words | parts).isdisjoint(held_as | _LOOKING_UP):
        return True
    tree = parse(text)
    if tree is None:
        return True
    imports = (node for node in statements(tree) if isinstance(node, (ast.Import, ast.ImportFrom)))
    return any(_brings_more(node, own) for node in imports)


def _brings_more(node: ast.Import | ast.ImportFrom, own: frozenset[str]) -> bool:
    if isinstance(node, ast.ImportFrom):
        if node.level:
            return False
        names = [node.module or ""]
        brings_all = any(alias.name == "*" for alias in node.names)
    else:
        names, brings_all = [alias.name for alias in node.names], False
    # A star brings names that the text does not show.
    known = own | ({"torch"} if names == ["torch"] else set()) if brings_all else own | _PLAIN_IMPORTS
    return any(name.partition(".")[0] not in known for name in names)
