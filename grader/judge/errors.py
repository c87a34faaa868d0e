"""Exceptions of the student's code, raised again in the judge under the nearest built-in type."""

from __future__ import annotations

import builtins
import functools
from dataclasses import dataclass
from typing import Any

from grader.wire.frames import FrameError
from grader.wire.values import writable

SIZE_OF_TEXT = 4_000


@dataclass(frozen=True)
class Frame:
    """A line of the student's own files that an exception passed through."""

    file: str
    line: int
    function: str


@dataclass(frozen=True)
class Failure:
    """What the worker tells of an exception; a claim, fit for messages only.

    Attributes:
        types: qualified names of its type and bases.
        frames: lines of the student's files, innermost last.
        innermost: it was raised in the student's own line, not deeper in a library.
        not_implemented: a stub raised it.
        syntax: line, column (both counted from 1) and message of a syntax error; None for any other.
        missing: name of the module that an import did not find.
        refused: kind of what the walls refused (`grader.worker.attempts`); empty where nothing was.
        target: what it was aimed at, such as a path; may be empty.
    """

    types: tuple[str, ...]
    message: str
    frames: tuple[Frame, ...] = ()
    innermost: bool = False
    not_implemented: bool = False
    syntax: tuple[int, int, str] | None = None
    syntax_file: str = ""
    missing: str = ""
    refused: str = ""
    target: str = ""

    @property
    def type_name(self) -> str:
        """Name of the exception's type, without the module."""
        return self.types[0].rpartition(".")[2]

    def is_a(self, *names: str) -> bool:
        """Say whether the type or a base has one of these plain names."""
        return any(name.rpartition(".")[2] in names for name in self.types)


class StudentError(Exception):
    """Mixed into every exception that student code raised; `failure` tells what is known."""

    failure: Failure


def read_failure(data: object) -> Failure:
    """Return what a worker reported.

    Raises:
        FrameError: the report is malformed.
    """
    if not isinstance(data, dict):
        raise FrameError("the report of an error is malformed")
    names = data.get("mro")
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise FrameError("the type of an error is malformed")
    syntax = data.get("syntax")
    refused = _list(data.get("refused", ["", ""]))
    if len(refused) != 2:
        raise FrameError("a refusal in the report of an error is malformed")
    return Failure(
        types=tuple(_text(name) for name in names[:40]),
        message=_text(data.get("message", "")),
        frames=tuple(_frame(row) for row in _list(data.get("frames", []))[-40:]),
        innermost=data.get("innermost") is True,
        not_implemented=data.get("not_implemented") is True,
        syntax=_syntax(syntax) if isinstance(syntax, dict) else None,
        syntax_file=_text(syntax.get("file", "")) if isinstance(syntax, dict) else "",
        missing=_text(data.get("missing", "")),
        refused=_text(refused[0]),
        target=_text(refused[1]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise FrameError("a text of an error is malformed")
    return writable(value[:SIZE_OF_TEXT])


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise FrameError("the frames of an error are malformed")
    return value


def _number(value: object) -> int:
    return value if type(value) is int and 0 <= value < 10**7 else 0


def _frame(row: object) -> Frame:
    if not isinstance(row, dict):
        raise FrameError("a frame of an error is malformed")
    return Frame(_text(row.get("file", "")), _number(row.get("line")), _text(row.get("function", "")))


def _syntax(data: dict[str, Any]) -> tuple[int, int, str]:
    return _number(data.get("line")), _number(data.get("column")), _text(data.get("message", ""))


def student_error(failure: Failure) -> StudentError:
    """Return the exception that stands for `failure` in the judge: an instance of its nearest built-in type."""
    for name in failure.types:
        kind = getattr(builtins, name.removeprefix("builtins."), None) if name.startswith("builtins.") else None
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            continue
        try:
            mixed: Any = kind
            error: StudentError = _mixed(mixed)(failure.message)
        except TypeError:  # types such as UnicodeDecodeError want more arguments; their base will do
            continue
        error.failure = failure
        return error
    error = StudentError(failure.message)
    error.failure = failure
    return error


@functools.lru_cache
def _mixed(kind: Any) -> Any:
    """Return the class that is both `kind` and a StudentError."""
    return type(kind.__name__, (StudentError, kind), {"__module__": "builtins"})
