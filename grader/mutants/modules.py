"""Operators that know torch: what a module registers, what it is called by, which way round a matrix lies."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.mutants.calls import called_name
from grader.mutants.registry import operator
from grader.mutants.text import Edit, SourceText

_WITH_BIAS = {
    *("Linear", "LazyLinear", "Bilinear", "Conv1d", "Conv2d", "Conv3d"),
    *("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"),
}


@operator("bias dropped", ast.Call)
def bias_dropped(text: SourceText, node: ast.Call) -> Iterator[Edit]:
    """A layer is made without its bias."""
    if called_name(node) in _WITH_BIAS and all(keyword.arg != "bias" for keyword in node.keywords):
        yield _with_keyword(text, node, "bias=False")


@operator("parameter frozen", ast.Call)
def parameter_frozen(text: SourceText, node: ast.Call) -> Iterator[Edit]:
    """A parameter is not trained."""
    if called_name(node) == "Parameter" and all(keyword.arg != "requires_grad" for keyword in node.keywords):
        yield _with_keyword(text, node, "requires_grad=False")


@operator("buffer not saved", ast.Call)
def buffer_not_saved(text: SourceText, node: ast.Call) -> Iterator[Edit]:
    """A buffer is left out of the state_dict."""
    if called_name(node) == "register_buffer" and all(keyword.arg != "persistent" for keyword in node.keywords):
        yield _with_keyword(text, node, "persistent=False")


@operator("not strict", ast.Call)
def not_strict(text: SourceText, node: ast.Call) -> Iterator[Edit]:
    """A state_dict is loaded though keys are missing or unexpected."""
    if called_name(node) == "load_state_dict" and all(keyword.arg != "strict" for keyword in node.keywords):
        yield _with_keyword(text, node, "strict=False")


@operator("not registered", ast.Call)
def not_registered(text: SourceText, node: ast.Call) -> Iterator[Edit]:
    """`self.register_buffer("w", x)` to `self.w = x`."""
    registers = called_name(node) in ("register_buffer", "register_parameter", "add_module", "register_module")
    if not (registers and len(node.args) > 1 and isinstance(text.parent(node), ast.Expr)):
        return
    name = node.args[0]
    if isinstance(name, ast.Constant) and isinstance(name.value, str) and isinstance(node.func, ast.Attribute):
        value = text.of(node.args[1])
        plain = f"object.__setattr__({text.of(node.func.value)}, {text.of(name)}, {value})"
        # An assignment registers parameters and modules all the same.
        buffer = called_name(node) == "register_buffer"
        yield text.replace(node, f"{text.of(node.func.value)}.{name.value} = {value}" if buffer else plain)


@operator("forward called", ast.Call)
def forwardcalled_name(text: SourceText, node: ast.Call) -> Iterator[Edit]:
    """`self.layers[name](x)` to `self.layers[name].forward(x)`, which runs no hooks."""
    if isinstance(node.func, ast.Subscript):
        yield text.replace(node.func, f"{text.of(node.func)}.forward")


@operator("operand transposed", ast.BinOp)
def operand_transposed(text: SourceText, node: ast.BinOp) -> Iterator[Edit]:
    """One factor of a matrix product lies on its side."""
    if isinstance(node.op, ast.MatMult):
        for side in (node.left, node.right):
            piece = text.piece(side)
            yield text.replace(side, f"{piece}.mT")


def _with_keyword(text: SourceText, node: ast.Call, keyword: str) -> Edit:
    last = text.end(node) - 1
    given = text.between(text.end(node.func), last).strip().lstrip("(").strip()
    separator = "" if not given else " " if given.endswith(",") else ", "
    return Edit(last, last, f"{separator}{keyword}")
