"""Operators that change statements: one is missing, two have changed places, a loop is shorter, a decorator is gone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.mutants.registry import operator
from grader.mutants.text import Edit, SourceText

_SIMPLE = (
    *(ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Raise),
    *(ast.Assert, ast.Delete, ast.Break, ast.Continue),
)
_AUGMENTED: dict[type[ast.AST], tuple[str, str]] = {
    ast.Add: ("+=", "-="),
    ast.Sub: ("-=", "+="),
    ast.Mult: ("*=", "/="),
    ast.Div: ("/=", "*="),
    ast.BitAnd: ("&=", "|="),
    ast.BitOr: ("|=", "&="),
}
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


@operator("statement removed", *_SIMPLE)
def statement_removed(text: SourceText, node: ast.stmt) -> Iterator[Edit]:
    """A statement is missing."""
    if not _goes_by_another_name(text, node):
        yield _removal(text, node)


def _goes_by_another_name(text: SourceText, node: ast.stmt) -> bool:
    """Say whether another operator does the same: the last return (`value not returned`), an if that only raises (`condition`)."""
    around = text.parent(node)
    alone = isinstance(around, ast.If) and around.body == [node] and not around.orelse
    last = isinstance(around, _Function) and around.body[-1] is node
    declares = isinstance(node, ast.AnnAssign) and node.value is None
    return (isinstance(node, ast.Raise) and alone) or (isinstance(node, ast.Return) and last) or declares


def _removal(text: SourceText, node: ast.stmt) -> Edit:
    """Take the lines of a statement away, or put `pass` there where it shares them or is all that its block does."""
    start, end = text.line_span(text.start(node), text.end(node))
    before, after = text.between(start, text.start(node)), text.between(text.end(node), end)
    shares_its_lines = before.strip() or after.split("#")[0].strip()
    if shares_its_lines or len(_block_of(text, node)) == 1:
        return text.replace(node, "pass")
    return Edit(start, end, "")


def _block_of(text: SourceText, node: ast.stmt) -> list[ast.stmt]:
    around = text.parent(node)
    blocks = (getattr(around, name, []) for name in ("body", "orelse", "finalbody", "handlers"))
    return next(block for block in blocks if isinstance(block, list) and node in block)


@operator("statements swapped", *_SIMPLE)
def statements_swapped(text: SourceText, node: ast.stmt) -> Iterator[Edit]:
    """A statement has changed places with the next one, where the order can make a difference."""
    block = _block_of(text, node)
    following = block[block.index(node) + 1 :]
    if not following or not isinstance(following[0], _SIMPLE):
        return
    after = following[0]
    own_lines = text.line_of(text.end(node)) < text.line_of(text.start(after))
    if own_lines and not _is_docstring(node) and not _independent(text, node, after):
        between = text.between(text.end(node), text.start(after))
        yield Edit(text.start(node), text.end(after), text.of(after) + between + text.of(node))


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _independent(text: SourceText, first: ast.stmt, second: ast.stmt) -> bool:
    """Say whether two statements only give values to names, and neither reads or writes what the other writes."""
    kinds = (ast.Assign, ast.AnnAssign, ast.AugAssign)
    if not (isinstance(first, kinds) and isinstance(second, kinds)):
        return False
    names = [_names(text, each) for each in (first, second)]
    return all(mine[0].isdisjoint(theirs[0] | theirs[1]) for mine, theirs in (names, names[::-1]))


def _names(text: SourceText, node: ast.stmt) -> tuple[set[str], set[str]]:
    """Return what a statement writes and reads: names, and dotted names that begin with `self`."""
    written: set[str] = set()
    read: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, (ast.Name, ast.Attribute)) and getattr(part, "id", "") != "self":
            (read if isinstance(part.ctx, ast.Load) else written).add(text.of(part))
        if isinstance(part, ast.Subscript) and not isinstance(part.ctx, ast.Load):
            written.add(text.of(part.value))
    if isinstance(node, ast.AugAssign):
        read |= written
    return written, read


@operator("augmented", ast.AugAssign)
def augmented(text: SourceText, node: ast.AugAssign) -> Iterator[Edit]:
    """`+=` to `-=` and to `=`."""
    if type(node.op) in _AUGMENTED:
        written, other = _AUGMENTED[type(node.op)]
        place = text.find(written, text.end(node.target), text.start(node.value))
        for symbol in (other, "="):
            yield Edit(place, place + len(written), symbol)


@operator("value not returned", ast.Return)
def value_not_returned(text: SourceText, node: ast.Return) -> Iterator[Edit]:
    """`return x` to `return None`."""
    if node.value is not None:
        yield text.replace(node.value, "None")


@operator("loop shortened", ast.For, ast.comprehension)
def loop_shortened(text: SourceText, node: ast.For | ast.comprehension) -> Iterator[Edit]:
    """A loop leaves out its first item, or its last, or all but the first."""
    for part in ("[1:]", "[:-1]", "[:1]"):
        yield text.replace(node.iter, f"list({text.of(node.iter)}){part}")


@operator("error of another type", ast.Raise)
def error_of_another_type(text: SourceText, node: ast.Raise) -> Iterator[Edit]:
    """`raise IndexError(...)` to `raise Exception(...)`."""
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    if raised is not None:
        yield text.replace(raised, "Exception")


@operator("with dropped", ast.With)
def with_dropped(text: SourceText, node: ast.With) -> Iterator[Edit]:
    """`with torch.no_grad():` to `if True:`."""
    last = node.items[-1].optional_vars or node.items[-1].context_expr
    colon = text.find(":", text.end(last), text.start(node.body[0]))
    yield Edit(text.start(node), colon, "if True")


@operator("decorator dropped", ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
def decorator_dropped(text: SourceText, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[Edit]:
    """A decorator is missing."""
    for decorator in node.decorator_list:
        yield Edit(*text.line_span(text.start(decorator), text.end(decorator)), "")


@operator("base class dropped", ast.ClassDef)
def base_class_dropped(text: SourceText, node: ast.ClassDef) -> Iterator[Edit]:
    """`class Net(nn.Module)` to `class Net()`."""
    for base in node.bases:
        yield text.replace(base, "object")
