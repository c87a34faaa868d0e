"""Operators that change a call: its arguments, and whether it is made at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.mutants.expressions import drop_each, swap_neighbours
from grader.mutants.registry import operator
from grader.mutants.text import Edit, SourceText

# Where the order of the arguments makes no difference.
_SYMMETRIC = {"min", "max", "maximum", "minimum"}
# What stands side by side in libraries and is mistaken for one another.
_PAIRS = (
    *(("mean", "sum"), ("std", "var"), ("any", "all"), ("max", "min"), ("amax", "amin"), ("argmax", "argmin")),
    *(("zeros", "ones"), ("zeros_like", "ones_like"), ("floor", "ceil"), ("stack", "cat")),
    *(("train", "eval"), ("softmax", "log_softmax")),
)
_RELATIVES = {"prod": "sum", "reshape": "view", **dict(_PAIRS), **{right: left for left, right in _PAIRS}}
_FLAT_VIEWS = {"T", "mT", "H", "data"}


@operator("keyword dropped", ast.Call)
def keyword_dropped(text: SourceText, node: ast.Call) -> Iterator[Edit]:
    """A keyword argument is missing, so that its default counts."""
    spans = [(text.start(each), text.end(each)) for each in (*node.args, *node.keywords)]
    named = range(len(node.args), len(spans))
    yield from (edit for place, edit in enumerate(drop_each(text, spans)) if place in named)


@operator("argument dropped", ast.Call)
def argument_dropped(text: SourceText, node: ast.Call) -> Iterator[Edit]:
    """The last of several positional arguments is missing."""
    if len(node.args) > 1:
        spans = [(text.start(each), text.end(each)) for each in (*node.args, *node.keywords)]
        yield list(drop_each(text, spans))[len(node.args) - 1]


@operator("arguments swapped", ast.Call)
def arguments_swapped(text: SourceText, node: ast.Call) -> Iterator[Edit]:
    """Two neighbours among the positional arguments have changed places."""
    if called_name(node) not in _SYMMETRIC:
        yield from swap_neighbours(text, node.args)


@operator("call dropped", ast.Call)
def call_dropped(text: SourceText, node: ast.Call) -> Iterator[Edit]:
    """`F.relu(x)` or `nn.Parameter(x)` to `x`: the argument instead of what is made of it."""
    if _is_function(text, node.func) and node.args and not isinstance(text.parent(node), ast.Expr):
        yield text.replace(node, text.piece(node.args[0]))


@operator("method dropped", ast.Call)
def method_dropped(text: SourceText, node: ast.Call) -> Iterator[Edit]:
    """`x.detach()`, `x.to(device)` or `x.mean()` to `x`."""
    if isinstance(node.func, ast.Attribute) and not _is_function(text, node.func):
        alone = isinstance(text.parent(node), ast.Expr) and not isinstance(node.func.value, ast.Call)
        if not alone:  # that is a statement removed
            yield Edit(_dot(text, node.func), text.end(node), "")


@operator("relative called", ast.Call)
def relativecalled_name(text: SourceText, node: ast.Call) -> Iterator[Edit]:
    """`mean` to `sum`, `max` to `min`, `train` to `eval`, `reshape` to `view`."""
    other = _RELATIVES.get(called_name(node))
    if other is not None:
        yield Edit(text.end(node.func) - len(called_name(node).encode()), text.end(node.func), other)


@operator("view dropped", ast.Attribute)
def view_dropped(text: SourceText, node: ast.Attribute) -> Iterator[Edit]:
    """`x.T` to `x`."""
    if node.attr in _FLAT_VIEWS and isinstance(node.ctx, ast.Load):
        yield Edit(_dot(text, node), text.end(node), "")


def _dot(text: SourceText, node: ast.Attribute) -> int:
    return text.find_last(".", text.end(node.value), text.end(node) - len(node.attr.encode()))


def called_name(node: ast.Call) -> str:
    """Return the last name of what is called: `relu` of `F.relu(x)`; empty where it has none."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_function(text: SourceText, node: ast.expr) -> bool:
    """Say whether a call of `node` makes something of its arguments, rather than of what stands before the dot."""
    if not isinstance(node, ast.Attribute):
        return True
    root: ast.AST = node
    while isinstance(root, ast.Attribute):
        root = root.value
    return isinstance(root, ast.Name) and (root.id in text.imported or root.id == "self")
