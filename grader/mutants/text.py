"""A Python source, its syntax tree, and exact replacements in its text, so that a change touches nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

_COMMENT = re.compile(rb"#[^\n]*")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# What is one piece wherever it stands; anything else is put in parentheses when it moves.
_ATOMS = (
    *(ast.Name, ast.Constant, ast.Attribute, ast.Call, ast.Subscript, ast.JoinedStr),
    *(ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp),
)


@dataclass(frozen=True)
class Edit:
    """Replace what lies from `start` to `end` (offsets into the UTF-8 bytes of the source) by `text`."""

    start: int
    end: int
    text: str


class SourceText:
    """A source that can be parsed.

    Args:
        source: the text of a Python file.

    Raises:
        SyntaxError: it is none.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.tree = ast.parse(source)
        self._bytes = source.encode()
        # The line ends of the parser, which are not all those of str.splitlines.
        self._lines = [0, *(found.end() for found in re.finditer(rb"\r\n|\r|\n", self._bytes))]
        self._parents = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}
        self._definitions = [node for node in ast.walk(self.tree) if isinstance(node, _DEFINITIONS)]
        self.imported = frozenset(_imported_names(self.tree))

    # Where nodes stand

    def start(self, node: ast.AST) -> int:
        """Return where a node begins."""
        line, column = attrgetter("lineno", "col_offset")(node)
        return int(self._lines[line - 1] + column)

    def end(self, node: ast.AST) -> int:
        """Return where a node has ended."""
        line, column = attrgetter("end_lineno", "end_col_offset")(node)
        return int(self._lines[line - 1] + column)

    def between(self, start: int, end: int) -> str:
        """Return the text from `start` to `end`."""
        return self._bytes[start:end].decode()

    def is_space(self, offset: int) -> bool:
        """Say whether a space stands at an offset."""
        return self._bytes[offset : offset + 1] == b" "

    def of(self, node: ast.AST) -> str:
        """Return the text of a node, without parentheses around it."""
        return self.between(self.start(node), self.end(node))

    def piece(self, node: ast.AST) -> str:
        """Return the text of a node such that it means the same in any place."""
        text = self.of(node)
        whole = isinstance(node, _ATOMS) or (isinstance(node, ast.Tuple) and text.startswith("("))
        return text if whole else f"({text})"

    def find(self, token: str, start: int, end: int) -> int:
        """Return where `token` stands between `start` and `end`, comments aside.

        Raises:
            ValueError: it is not there.
        """
        return start + self._code(start, end).index(token.encode())

    def find_last(self, token: str, start: int, end: int) -> int:
        """Return where `token` stands last between `start` and `end`, comments aside; ValueError where it does not."""
        return start + self._code(start, end).rindex(token.encode())

    def line_of(self, offset: int) -> int:
        """Return the number of the line that holds an offset."""
        return sum(start <= offset for start in self._lines)

    def line_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the whole lines that hold a span, the last line end included."""
        after = [line for line in self._lines if line >= end and line > start]
        return max(line for line in self._lines if line <= start), min(after, default=len(self._bytes))

    def _code(self, start: int, end: int) -> bytes:
        return _COMMENT.sub(lambda found: b" " * len(found[0]), self._bytes[start:end])

    # What stands around them

    def parent(self, node: ast.AST) -> ast.AST:
        """Return the node around a node; that of the module is the module."""
        return self._parents.get(node, self.tree)

    def function_around(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """Return the function whose body holds a node."""
        while not isinstance(node, ast.Module):
            node = self.parent(node)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return node
        return None

    def definition_around(self, offset: int) -> str:
        """Return the dotted name of the innermost class or function that holds an offset; empty in none."""
        around = [node for node in self._definitions if self._first(node) <= offset < self.end(node)]
        return ".".join(node.name for node in sorted(around, key=self.start))

    def _first(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
        return min(map(self.start, (node, *node.decorator_list)))

    # Changes

    def replace(self, node: ast.AST, text: str) -> Edit:
        """Return the edit that puts `text` in the place of a node."""
        return Edit(self.start(node), self.end(node), text)

    def apply(self, edit: Edit) -> str:
        """Return the source with an edit made."""
        return (self._bytes[: edit.start] + edit.text.encode() + self._bytes[edit.end :]).decode()

    def mutable(self) -> Iterator[ast.AST]:
        """Yield the nodes that decide what the file does, each before what it holds.

        Left out: imports, docstrings, annotations, f-strings, the words of an error, what is printed, and what runs only for a type checker
        or when the file is run as a program.
        """
        pending: list[ast.AST] = [self.tree]
        while pending:
            node = pending.pop()
            if _decides_nothing(node):
                continue
            yield node
            pending.extend(reversed([child for child in ast.iter_child_nodes(node) if child not in _aside(node)]))


def _imported_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield alias.asname or alias.name.partition(".")[0]


def _decides_nothing(node: ast.AST) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.Global, ast.Nonlocal)):
        return True
    if isinstance(node, ast.Expr):
        printed = isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "print"
        return isinstance(node.value, ast.Constant) or printed
    return isinstance(node, ast.If) and any(
        getattr(part, "id", getattr(part, "attr", "")) in ("TYPE_CHECKING", "__name__") for part in ast.walk(node.test)
    )


def _aside(node: ast.AST) -> list[ast.AST]:
    """Return the children of a node that are not mutated."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [*node.decorator_list, *([node.returns] if node.returns else [])]
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *node.keywords]
    if isinstance(node, (ast.arg, ast.AnnAssign)):
        return [node.annotation] if node.annotation else []
    if isinstance(node, ast.Raise):
        return [part for part in (node.exc, node.cause) if part]
    return [node.msg] if isinstance(node, ast.Assert) and node.msg else []
