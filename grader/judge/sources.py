"""The student's own lines: where something happened, and an excerpt around it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

from grader.judge.errors import Frame
from grader.records import Excerpt

AROUND = 2
LONGEST_LINE = 300
# At most seven digits: the student can write into this pipe too, and int() refuses what is longer than 4300.
_DUMP_LINE = re.compile(r'File "(?P<file>[^"]*)", line (?P<line>\d{1,7}) in (?P<function>\S+)')


class Sources:
    """The submitted files as text.

    Args:
        main: name of the exercise's own file, as the student calls it.
        module_name: the name that it is a module under.
        texts: file name -> text, the exercise's own file among them.
    """

    def __init__(self, main: str, module_name: str, texts: Mapping[str, str]) -> None:
        self.module_name = module_name
        self.take(main, texts)

    def take(self, main: str, texts: Mapping[str, str]) -> None:
        """Be about these files from now on."""
        self.main = main
        self._lines = {name: text.splitlines() for name, text in texts.items()}
        self._definitions = {name: _definitions(text) for name, text in texts.items()}
        self._last_called = ""

    def method_called(self, name: str) -> tuple[str, int] | None:
        """Return class and line of a method of this name in the exercise's own file; None where no class has one."""
        found = ((known, line) for known, line in self._definitions.get(self.main, {}).items() if known.endswith(f".{name}"))
        return next(((known.rpartition(".")[0], line) for known, line in found), None)

    def forget_calls(self) -> None:
        """Begin a check: nothing has been called yet."""
        self._last_called = ""

    def called(self, qualified_name: str) -> None:
        """Take note of what the suite calls; only what the submission defines counts."""
        name = qualified_name.partition(".")[2]
        if name in self._definitions.get(self.main, {}):
            self._last_called = name

    def last_called(self) -> tuple[str, Excerpt | None]:
        """Return where the function stands that the check called last, as (`file.py:14, MyLinear.forward`, excerpt)."""
        if not self._last_called:
            return "", None
        line = self._definitions[self.main][self._last_called]
        return f"{self.main}:{line}, {self._last_called}", self.excerpt(self.main, line)

    def where(self, frames: Sequence[Frame]) -> str:
        """Return `file.py:14` of the innermost frame in the student's files; empty where there is none."""
        known = [frame for frame in frames if frame.file in self._lines]
        return f"{known[-1].file}:{known[-1].line}" if known else ""

    def excerpt_of(self, frames: Sequence[Frame]) -> Excerpt | None:
        """Return the lines around the innermost frame."""
        known = [frame for frame in frames if frame.file in self._lines]
        return self.excerpt(known[-1].file, known[-1].line) if known else None

    def excerpt(self, file: str, line: int, column: int = 0) -> Excerpt | None:
        """Return some lines around one; None where the file or the line is not there."""
        lines = self._lines.get(file)
        if lines is None or not 1 <= line <= len(lines):
            return None
        first = max(1, line - AROUND)
        shown = lines[first - 1 : line + AROUND]
        return Excerpt(
            file=file, first_line=first, lines=tuple(text[:LONGEST_LINE] for text in shown), line=line, column=column
        )

    def frames_of_dump(self, text: str) -> list[Frame]:
        """Return the frames of a stack dump of `faulthandler`, innermost last, the student's files only."""
        found = [
            Frame(match["file"], int(match["line"]), match["function"])
            for match in _DUMP_LINE.finditer(text)
            if match["file"] in self._lines
        ]
        return found[::-1]


def _definitions(text: str) -> dict[str, int]:
    """Return qualified name -> line of every function of a file, and of `__init__` for classes that define none."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, int] = {}
    stack: list[tuple[ast.AST, str]] = [(tree, "")]
    while stack:
        node, prefix = stack.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found[prefix + child.name] = child.lineno
            elif isinstance(child, ast.ClassDef):
                found.setdefault(f"{prefix}{child.name}.__init__", child.lineno)
                stack.append((child, f"{prefix}{child.name}."))
    return found
