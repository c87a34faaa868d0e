"""Python source as a syntax tree, which nothing runs."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator


def parse(source: str) -> ast.Module | None:
    """Return the tree of a text; None where it is no Python. What is to be said of the text is said where it is compiled to be run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield all statements, those inside others included; most nodes of a tree belong to expressions, which hold none."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, ast.stmt):
            yield holder
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            waiting += getattr(holder, name, ())
