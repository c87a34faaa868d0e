"""A Python file as a sequence of symbols that renaming, comments, docstrings, imports and layout do not change.

Pygments reads the file: its lexer never fails, whatever the text, so a file with a syntax error is compared like any other. A name
that the file chose itself becomes one symbol for all such names; names of others (built-ins, imported modules, methods of
tensors) stay, since which of them somebody used says something. Strings are one symbol, numbers stay.
"""

from __future__ import annotations

import builtins
import enum
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MAX_CHARACTERS = 100_000
MAX_TOKENS = 20_000
# Pygments's rules for white space take quadratic time on long runs of it; no code that somebody reads has them.
_MAX_BLANKS = 100
_MAX_BLANK_LINES = 3

_CHOSEN = "<name>"
_STRING = "<string>"
_BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True)
class Token:
    """One symbol and where it stands in the text: `text[start:end]`."""

    symbol: str
    start: int
    end: int


def bounded_text(text: str) -> str:
    """Return the text as it is compared and shown: cut to `MAX_CHARACTERS`, long runs of blanks and of empty lines cut short."""
    text = re.sub(rf"[^\S\n]{{{_MAX_BLANKS},}}", " " * _MAX_BLANKS, text[:MAX_CHARACTERS])
    return re.sub(rf"\n(?:[^\S\n]*\n){{{_MAX_BLANK_LINES},}}", "\n" * _MAX_BLANK_LINES, text)


def read_tokens(text: str) -> tuple[Token, ...]:
    """Return the symbols of a `bounded_text`, at most `MAX_TOKENS`."""
    words, imported = _without_imports(_words(text), text)
    own = _own_attributes(words)
    tokens = []
    for index, word in enumerate(words):
        is_attribute = index > 0 and words[index - 1].text == "."
        others = word.text not in own if is_attribute else word.text in _BUILTINS or word.text in imported
        tokens.append(Token(word.text if others or not word.is_name else _CHOSEN, word.start, word.end))
    return tuple(tokens)


@dataclass(frozen=True)
class _Word:
    text: str
    start: int
    end: int
    is_name: bool = False
    begins_import: bool = False


def _words(text: str) -> list[_Word]:
    """Return the words of the text without comments and docstrings, the pieces of a string as one."""
    words: list[_Word] = []
    for start, kind, value in _lexer().get_tokens_unprocessed(text):
        role, end = _role(kind), start + len(value)
        if role is _Role.STRING:
            if words and words[-1].text == _STRING and words[-1].end == start:
                start = words.pop().start
            words.append(_Word(_STRING, start, end))
        elif role is not _Role.NOTHING and value.strip():
            words.append(_Word(value, start, end, is_name=role is _Role.NAME, begins_import=role is _Role.IMPORT))
        if len(words) >= MAX_TOKENS:
            break
    return words


class _Role(enum.Enum):
    NOTHING = enum.auto()  # comments, docstrings, blanks
    STRING = enum.auto()
    NAME = enum.auto()
    IMPORT = enum.auto()
    OTHER = enum.auto()


@functools.cache
def _role(kind: Any) -> _Role:
    """Return what a token type of Pygments is here."""
    from pygments.token import Comment, Keyword, Name, String, Text  # type: ignore[import-untyped]  # it ships no types

    roles = (
        (String.Doc, _Role.NOTHING),
        (Comment, _Role.NOTHING),
        (Text, _Role.NOTHING),
        (String, _Role.STRING),
        (Name, _Role.NAME),
        (Keyword.Namespace, _Role.IMPORT),
    )
    return next((role for parent, role in roles if kind in parent), _Role.OTHER)


@functools.cache
def _lexer() -> Any:
    from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]  # it ships no types

    return PythonLexer()


def _without_imports(words: Sequence[_Word], text: str) -> tuple[list[_Word], frozenset[str]]:
    """Return the words without import statements, and the names that those bring in as their authors called them."""
    rest: list[_Word] = []
    names: set[str] = set()
    inside, depth, end, before = False, 0, 0, ""
    for word in words:
        goes_on = inside and (depth > 0 or "\n" not in text[end : word.start].replace("\\\n", "")) and word.text != ";"
        inside = goes_on or word.begins_import
        if not inside:
            rest.append(word)
        elif not goes_on:
            depth = 0
        elif word.text in "()":
            depth += 1 if word.text == "(" else -1
        elif word.is_name and before != "as":
            names.update(word.text.split("."))
        end, before = word.end, word.text
    return rest, frozenset(names)


def _own_attributes(words: Sequence[_Word]) -> frozenset[str]:
    """Return the names that the file itself gives to functions, classes, and attributes of what comes first in a method."""
    names: set[str] = set()
    owners = {"self", "cls"}
    for index, word in enumerate(words):
        before = [other.text for other in words[max(index - 3, 0) : index]]
        if word.is_name and before[-1:] in (["def"], ["class"]):
            names.add(word.text)
        elif word.is_name and before[:1] == ["def"] and before[2:] == ["("]:
            owners.add(word.text)
        elif word.text in ("=", ":") and before[1:2] == ["."] and before[0] in owners:
            names.add(before[2])
    return frozenset(names)
