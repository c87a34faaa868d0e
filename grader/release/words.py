"""Texts as words, so that a secret is found however it is quoted, wrapped, indented or commented out."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d]\w*|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_ESCAPED_SPACE = re.compile(r"\\[nrt]")
# Two strings one after the other are one string to Python.
_BETWEEN_STRINGS = re.compile(r"""(["'])\s*[rRbBfFuU]{0,2}["']""")
_COMMENT = re.compile(r"#[^\n]*")
_TOKEN_FAULTS = (tokenize.TokenError, SyntaxError)


@dataclass(frozen=True)
class Worded:
    """The words of a text in order, and the line that each stands in."""

    words: tuple[str, ...]
    lines: tuple[int, ...]


def words_of(text: str) -> tuple[str, ...]:
    """Return the names and numbers of a text; marks, white space and escaped white space are between words. 1.0 is 1."""
    return tuple(_normal(word) for word in _WORD.findall(_ESCAPED_SPACE.sub("  ", text)))


def views_of(text: str) -> Iterator[Worded]:
    """Yield the text as it stands, with neighbouring strings joined, and without what looks like a comment."""
    yield _with_lines(text, [])
    joined, jumps = _join(text)
    if jumps:
        yield _with_lines(joined, jumps)
    bare, jumps = _join(_COMMENT.sub("", text))
    if bare != joined:
        yield _with_lines(bare, jumps)


def _with_lines(text: str, jumps: list[tuple[int, int]]) -> Worded:
    """Return the words with their lines, counted from 1; `jumps` says at which place how many line ends are missing."""
    text = _ESCAPED_SPACE.sub("  ", text)
    words, lines = [], []
    line, seen, jump = 1, 0, 0
    for match in _WORD.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        while jump < len(jumps) and jumps[jump][0] <= seen:
            line += jumps[jump][1]
            jump += 1
        words.append(_normal(match[0]))
        lines.append(line)
    return Worded(tuple(words), tuple(lines))


def _join(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Join neighbouring strings; a word may go on from one to the next, so no line end stays between them."""
    parts: list[str] = []
    jumps: list[tuple[int, int]] = []
    length = end = 0
    for match in _BETWEEN_STRINGS.finditer(text):
        parts.append(text[end : match.start()])
        length += match.start() - end
        jumps.append((length, match[0].count("\n")))
        end = match.end()
    return "".join((*parts, text[end:])), jumps


def _normal(word: str) -> str:
    return f"{float(word):.12g}" if word[0].isdecimal() and word.isascii() else word


def without_comments(source: str) -> str:
    """Return Python source without its comments; lines stay where they are. Source that is no Python stays as it is."""
    lines = source.splitlines(keepends=True)
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column] + "\n"
    except _TOKEN_FAULTS:
        return source
    return "".join(lines)


def joined_words(source: str) -> tuple[str, ...]:
    """Return the words of a piece of source, neighbouring strings joined."""
    return words_of(_join(source)[0])


def text_view(source: str) -> tuple[str, ...]:
    """Return the words of Python source without its comments, neighbouring strings joined."""
    return joined_words(without_comments(source))


def code_view(source: str) -> tuple[str, ...]:
    """Return the words of Python source without comments and without strings that stand alone, such as docstrings."""
    lines = without_comments(source).splitlines()
    for node in ast.walk(ast.parse(source)):
        if is_lone_string(node):
            for row in range(node.lineno - 1, node.end_lineno or node.lineno):  # type: ignore[attr-defined]
                lines[row] = ""
    return joined_words("\n".join(lines))


def is_lone_string(node: ast.AST) -> bool:
    """Say whether a statement is nothing but a string."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
