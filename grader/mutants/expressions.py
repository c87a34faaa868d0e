"""Operators that change an expression: its signs and symbols, its constants, its parts and their order."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise

from grader.mutants.registry import operator
from grader.mutants.text import Edit, SourceText

_SYMBOLS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.And: "and",
    ast.Or: "or",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_OTHER = {
    "+": ("-",),
    "-": ("+",),
    "*": ("/",),
    "/": ("*",),
    "//": ("/",),
    "%": ("//",),
    "**": ("*",),
    "@": ("*",),
    "&": ("|",),
    "|": ("&",),
    "^": ("|",),
    "and": ("or",),
    "or": ("and",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "==": ("!=",),
    "!=": ("==",),
    "is": ("is not",),
    "is not": ("is",),
    "in": ("not in",),
    "not in": ("in",),
}
_ONE_WAY = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
_IN_PLACE = {ast.Add: "add_", ast.Sub: "sub_", ast.Mult: "mul_", ast.Div: "div_"}
_PLAIN = {"int", "float", "bool", "str"}


def _swap_symbol(text: SourceText, left: ast.AST, symbol: ast.AST, right: ast.AST) -> Iterator[Edit]:
    written = _SYMBOLS.get(type(symbol), "")
    place = text.find(written.split()[0], text.end(left), text.start(right)) if written else 0
    for other in _OTHER.get(written, ()):
        end = place + len(written)
        yield Edit(place, end, other)


@operator("arithmetic", ast.BinOp)
def arithmetic(text: SourceText, node: ast.BinOp) -> Iterator[Edit]:
    """`+` to `-`, `*` to `/` and so on."""
    if not _is_text(node.left):
        yield from _swap_symbol(text, node.left, node.op, node.right)


@operator("comparison", ast.Compare)
def comparison(text: SourceText, node: ast.Compare) -> Iterator[Edit]:
    """`<` to `<=` and to `>=`, `==` to `!=`, `is` to `is not`."""
    for left, symbol, right in zip((node.left, *node.comparators), node.ops, node.comparators):
        yield from _swap_symbol(text, left, symbol, right)


@operator("and or", ast.BoolOp)
def and_or(text: SourceText, node: ast.BoolOp) -> Iterator[Edit]:
    """`and` to `or`, and the other way round."""
    for left, right in pairwise(node.values):
        yield from _swap_symbol(text, left, node.op, right)


@operator("operand dropped", ast.BinOp, ast.BoolOp, ast.Compare)
def operand_dropped(text: SourceText, node: ast.BinOp | ast.BoolOp | ast.Compare) -> Iterator[Edit]:
    """An addend, a factor, or a part of a condition is missing."""
    if isinstance(node, ast.BinOp):
        if not _is_text(node.left):
            yield from _without_one(text, node, (node.left, node.right), (node.op,))
    elif isinstance(node, ast.BoolOp):
        yield from _without_one(text, node, node.values, (node.op,) * (len(node.values) - 1))
    elif len(node.ops) > 1:
        yield from _without_one(text, node, (node.left, *node.comparators), node.ops)


def _without_one(
    text: SourceText, node: ast.AST, parts: Sequence[ast.AST], symbols: Sequence[ast.AST]
) -> Iterator[Edit]:
    """Drop the first part with the symbol after it, and each other with the symbol before it."""
    spans = []
    for left, symbol, right in zip(parts, symbols, parts[1:]):
        place = text.find(_SYMBOLS[type(symbol)].split()[0], text.end(left), text.start(right))
        spans.append((place, place + len(_SYMBOLS[type(symbol)])))
    ends = [*(start for start, _ in spans), text.end(node)]
    yield Edit(text.start(node), _skip_spaces(text, spans[0][1]), "")
    for (start, _), end in zip(spans, ends[1:]):
        kept = text.between(start, end)
        yield Edit(_skip_spaces_before(text, start), start + len(kept.rstrip().encode()), "")


def _skip_spaces(text: SourceText, offset: int) -> int:
    while text.is_space(offset):
        offset += 1
    return offset


def _skip_spaces_before(text: SourceText, offset: int) -> int:
    while text.is_space(offset - 1):
        offset -= 1
    return offset


@operator("operands swapped", ast.BinOp)
def operands_swapped(text: SourceText, node: ast.BinOp) -> Iterator[Edit]:
    """`a - b` to `b - a`, where the order counts."""
    if isinstance(node.op, _ONE_WAY) and not _is_text(node.left):
        symbol = _SYMBOLS[type(node.op)]
        yield text.replace(node, f"{text.piece(node.right)} {symbol} {text.piece(node.left)}")


@operator("sign dropped", ast.UnaryOp)
def sign_dropped(text: SourceText, node: ast.UnaryOp) -> Iterator[Edit]:
    """`-x`, `not x` or `~x` to `x`."""
    # Only the sign, so that parentheses around the operand stay.
    sign = "not" if isinstance(node.op, ast.Not) else text.of(node)[0]
    yield Edit(text.start(node), _skip_spaces(text, text.start(node) + len(sign)), "")


@operator("condition", ast.If, ast.IfExp, ast.While, ast.comprehension)
def condition(text: SourceText, node: ast.If | ast.IfExp | ast.While | ast.comprehension) -> Iterator[Edit]:
    """A condition that is always true, or always false."""
    for test in node.ifs if isinstance(node, ast.comprehension) else (node.test,):
        for constant in ("True", "False"):
            yield text.replace(test, constant)


@operator("integer", ast.Constant, ast.UnaryOp)
def integer(text: SourceText, node: ast.Constant | ast.UnaryOp) -> Iterator[Edit]:
    """A whole number that is off by one; between the dimensions 0 and -1 as well."""
    value = _number(node)
    if isinstance(value, int) and not isinstance(text.parent(node), ast.UnaryOp):
        for other in (value - 1, value + 1):
            yield text.replace(node, _safe(text, node, other))


@operator("float", ast.Constant, ast.UnaryOp)
def floating(text: SourceText, node: ast.Constant | ast.UnaryOp) -> Iterator[Edit]:
    """A number with a decimal point that is twice or half as large."""
    value = _number(node)
    if isinstance(value, float) and not isinstance(text.parent(node), ast.UnaryOp):
        for other in (2 * value, value / 2) if value else (1.0,):
            yield text.replace(node, _safe(text, node, other))


def _number(node: ast.Constant | ast.UnaryOp) -> int | float | None:
    """Return the number that a node writes, its minus included."""
    if isinstance(node, ast.UnaryOp):
        inner = _number(node.operand) if isinstance(node.operand, ast.Constant) else None
        return -inner if isinstance(node.op, ast.USub) and inner is not None else None
    value = node.value
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _safe(text: SourceText, node: ast.AST, value: float) -> str:
    """Write a number so that it stands where `node` stood: `2 ** -1` is fine, `-1 ** 2` and `-1.real` are not."""
    around = text.parent(node)
    binds = isinstance(around, (ast.BinOp, ast.Attribute)) and value < 0
    return f"({value!r})" if binds else repr(value)


@operator("true false", ast.Constant)
def true_false(text: SourceText, node: ast.Constant) -> Iterator[Edit]:
    """`True` to `False`, and the other way round."""
    if isinstance(node.value, bool):
        yield text.replace(node, repr(not node.value))


@operator("text", ast.Constant)
def text_constant(text: SourceText, node: ast.Constant) -> Iterator[Edit]:
    """A name in quotes that is spelled otherwise."""
    if isinstance(node.value, str) and "\n" not in text.of(node):
        yield text.replace(node, repr(f"{node.value}_"))


@operator("elements swapped", ast.Tuple, ast.List)
def elements_swapped(text: SourceText, node: ast.Tuple | ast.List) -> Iterator[Edit]:
    """Two neighbours of a tuple, a list or an index have changed places."""
    yield from swap_neighbours(text, node.elts)


def swap_neighbours(text: SourceText, nodes: Sequence[ast.AST]) -> Iterator[Edit]:
    """Yield the edits that swap two neighbours, where they differ."""
    for first, second in pairwise(nodes):
        if text.of(first) != text.of(second):
            between = text.between(text.end(first), text.start(second))
            yield Edit(text.start(first), text.end(second), text.of(second) + between + text.of(first))


@operator("element dropped", ast.Tuple, ast.List, ast.Dict)
def element_dropped(text: SourceText, node: ast.Tuple | ast.List | ast.Dict) -> Iterator[Edit]:
    """An element of a tuple, a list, a dict or an index is missing."""
    if isinstance(node, ast.Dict):
        pairs = [(key, value) for key, value in zip(node.keys, node.values) if key is not None]
        yield from drop_each(text, [(text.start(key), text.end(value)) for key, value in pairs])
    elif len(node.elts) > 1:
        yield from drop_each(text, [(text.start(element), text.end(element)) for element in node.elts])


def drop_each(text: SourceText, spans: Sequence[tuple[int, int]]) -> Iterator[Edit]:
    """Yield the edits that take each of these spans away, with the comma that belongs to it."""
    for place, (start, end) in enumerate(spans):
        if place + 1 < len(spans):
            yield Edit(start, spans[place + 1][0], "")
        else:
            yield Edit(spans[place - 1][1] if place else start, end, "")


@operator("bound dropped", ast.Slice)
def bound_dropped(text: SourceText, node: ast.Slice) -> Iterator[Edit]:
    """A bound of a slice is missing."""
    for bound in (node.lower, node.upper, node.step):
        if bound is not None:
            yield text.replace(bound, "")


@operator("index dropped", ast.Subscript)
def index_dropped(text: SourceText, node: ast.Subscript) -> Iterator[Edit]:
    """`x[i]` to `x`."""
    if isinstance(node.ctx, ast.Load):
        start = text.find("[", text.end(node.value), text.start(node.slice))
        yield Edit(start, text.end(node), "")


@operator("changed in place", ast.BinOp)
def changed_in_place(text: SourceText, node: ast.BinOp) -> Iterator[Edit]:
    """`x + y` to `x.add_(y)`, where `x` is an argument and so belongs to the caller."""
    method = _IN_PLACE.get(type(node.op))
    function = text.function_around(node)
    if method and function and isinstance(node.left, ast.Name) and node.left.id in _may_be_tensors(function):
        yield text.replace(node, f"{node.left.id}.{method}({text.of(node.right)})")


def _may_be_tensors(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return {each.arg for each in arguments if getattr(each.annotation, "id", "") not in _PLAIN and each.arg != "self"}


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
