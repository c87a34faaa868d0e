"""What no student may have: texts, code, numbers and data of `solutions/` that nothing public says as well.

A secret is one of

- a text: a string literal (docstrings and the fixed parts of f-strings too), a line of a string of a toml file (but for
  the words that mistakes.toml expects students to read), a line of any other text file, of `LEAST_TEXT` characters and `LEAST_TEXT_WORDS` words at least;
- code: the body of a function, without docstring and comments, of `LEAST_BODY_WORDS` words at least, or a
  statement of `LEAST_STATEMENT_WORDS`;
- numbers: a list or tuple that spells out `LEAST_NUMBERS` numbers at least;
- data: the bytes of a file that is no text.

Words are names and numbers; marks and white space do not count. What the exercises say by contract is no secret: the
texts, code and numbers of stubs, given files, exercise.toml and visible suites. Their comments and READMEs say nothing
by contract, and the code of a solution or a mistake is only public where a stub or a given file has it as code.
"""

from __future__ import annotations

import ast
import functools
import importlib.metadata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Union

import grader
from grader.course import Course
from grader.exercise import CONFIG_NAME, HIDDEN_SUITE_NAME, Exercise
from grader.release.public import is_cache, is_hidden
from grader.release.words import code_view, is_lone_string, joined_words, text_view, without_comments, words_of
from grader.toml_file import TomlFile

LEAST_TEXT = 24
LEAST_TEXT_WORDS = 5
LEAST_BODY_WORDS = 8
LEAST_STATEMENT_WORDS = 16
LEAST_NUMBERS = 6
LEAST_DATA_BYTES = 16

# In mistakes.toml: pieces of feedback, which students read.
_FOR_STUDENTS = "says"
_COMPOUND = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.With,
    ast.AsyncWith,
    ast.Try,
    ast.Import,
    ast.ImportFrom,
)
_FAULTS = (SyntaxError, ValueError, RecursionError)


@dataclass(frozen=True)
class Secret:
    """Something that must not be in a students' copy.

    Attributes:
        kind: what it is, as a report names it: `a text`, `the body of f`, `a statement`, `numbers`.
        words: what is looked for.
        shown: its beginning, for the instructor who has to find it.
        place: file and line that it is from, below the course's folder.
    """

    kind: str
    words: tuple[str, ...]
    shown: str
    place: str


@dataclass(frozen=True)
class Secrets:
    """All secrets of a course: what is looked for as words, and place -> bytes of what is looked for as bytes."""

    worded: tuple[Secret, ...]
    data: dict[str, bytes]


class _Public:
    """What the exercises of a course say by contract."""

    def __init__(self, course: Course) -> None:
        self._texts: list[str] = []
        self._given: set[bytes] = set()
        self._code_of_stubs: list[str] = []
        self._code_of_suites: list[str] = []
        for exercise in course.exercises.values():
            self._add(exercise)

    def _add(self, exercise: Exercise) -> None:
        config = (exercise.folder / CONFIG_NAME).read_text(encoding="utf-8-sig")
        self._texts.append(_spaced(words_of(config)))
        stubs = [exercise.stub, *(exercise.folder / name for name in exercise.given)]
        suites = [exercise.visible_suite] if exercise.visible_suite else []
        for paths, code in ((stubs, self._code_of_stubs), (suites, self._code_of_suites)):
            for path in paths:
                source = _python(path)
                if source is not None:
                    self._texts.append(_spaced(text_view(source)))
                    code.append(_spaced(code_view(source)))
                elif path.suffix != ".py":
                    self._given.add(path.read_bytes())
                    self._texts.append(_spaced(words_of(path.read_text(encoding="utf-8", errors="replace"))))

    def has(self, content: bytes) -> bool:
        """Say whether a given file has just this content."""
        return content in self._given

    def says(self, secret: Secret, *, is_code: bool, from_suite: bool) -> bool:
        """Say whether something secret is public as well."""
        where = self._texts
        if is_code:
            where = self._code_of_stubs + (self._code_of_suites if from_suite else [])
        wanted = _spaced(secret.words)
        return any(wanted in said for said in where)


def read_secrets(course: Course) -> Secrets:
    """Return all secrets of the course, whichever exercises are released."""
    public = _Public(course)
    worded: dict[tuple[str, ...], Secret] = {}
    data: dict[str, bytes] = {}
    for path in sorted((course.root / "solutions").rglob("*")):
        place = path.relative_to(course.root)
        if not path.is_file() or any(is_cache(part) or is_hidden(part) for part in place.parts):
            continue
        content = path.read_bytes()
        if b"\0" in content:
            if len(content) >= LEAST_DATA_BYTES and not public.has(content):
                data[place.as_posix()] = content
            continue
        for secret, is_code in _secrets_of(path, content.decode("utf-8-sig", "replace"), place.as_posix()):
            if not public.says(secret, is_code=is_code, from_suite=path.name == HIDDEN_SUITE_NAME):
                worded.setdefault(secret.words, secret)
    return Secrets(tuple(worded.values()), data)


def said_by_the_grader(secret: Secret) -> bool:
    """Say whether the grader itself, which students install, says the same in its code or its README: then it is no secret."""
    return any(_spaced(secret.words) in said for said in _grader_texts())


@functools.cache
def _grader_texts() -> tuple[str, ...]:
    package = Path(grader.__file__).parent
    paths = (path for path in package.rglob("*.py") if "course" not in path.relative_to(package).parts[:1])
    code = tuple(_spaced(text_view(path.read_text(encoding="utf-8"))) for path in paths)
    return (*code, _spaced(words_of(_grader_readme(package))))


def _grader_readme(package: Path) -> str:
    """Return what the grader says of itself, which every wheel brings along."""
    readme = package.parent / "README.md"
    if (package.parent / "pyproject.toml").is_file() and readme.is_file():
        return readme.read_text(encoding="utf-8")
    try:
        return importlib.metadata.distribution("grade").read_text("METADATA") or ""
    except importlib.metadata.PackageNotFoundError:  # used from its source alone
        return ""


def _secrets_of(path: Path, text: str, place: str) -> Iterator[tuple[Secret, bool]]:
    """Yield what a file of `solutions/` says, and whether it is code, public or not."""
    if path.suffix == ".toml":
        yield from ((secret, False) for secret in _texts(_toml_lines(TomlFile(path).data), place))
        return
    if path.suffix == ".py":
        source = without_comments(text)
        try:
            tree = ast.parse(source)
        except _FAULTS:  # a known mistake may be a file that does not parse
            pass
        else:
            yield from _secrets_of_python(tree, source, place)
            return
    yield from ((secret, False) for secret in _texts(enumerate(text.splitlines(), start=1), place))


def _toml_lines(value: Any) -> Iterator[tuple[int, str]]:
    """Yield the lines of all strings below a value, without a line number: what reads toml keeps none."""
    if isinstance(value, str):
        yield from ((0, line) for line in value.splitlines())
    elif isinstance(value, dict):
        for key, below in value.items():
            if key != _FOR_STUDENTS:
                yield from _toml_lines(below)
    elif isinstance(value, list):
        for below in value:
            yield from _toml_lines(below)


def _texts(lines: Any, place: str) -> Iterator[Secret]:
    for line, text in lines:
        words = words_of(text)
        if len(words) >= LEAST_TEXT_WORDS and len(" ".join(words)) >= LEAST_TEXT:
            yield Secret("a text", words, _shown(text), f"{place}:{line}" if line else place)


def _secrets_of_python(tree: ast.Module, source: str, place: str) -> Iterator[tuple[Secret, bool]]:
    lines = source.encode().split(b"\n")  # columns of the syntax tree count bytes
    nodes = list(ast.walk(tree))
    literals = ((node.lineno, node.value) for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    yield from ((secret, False) for secret in _texts(literals, place))
    for node in nodes:
        found = _passage_of(node)
        if found is None:
            continue
        text = _text_between(lines, found.first, found.last)
        words = joined_words(text)
        if len(words) >= found.least:
            yield Secret(found.kind, words, _shown(text), f"{place}:{found.first.lineno}"), found.is_code


_Node = Union[ast.stmt, ast.expr]


class _Passage(NamedTuple):
    """What stands from one node to another; secret where it has `least` words."""

    kind: str
    first: _Node
    last: _Node
    least: int
    is_code: bool = True


def _passage_of(node: ast.AST) -> _Passage | None:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        body = node.body[1:] if is_lone_string(node.body[0]) else node.body
        return _Passage(f"the body of {node.name}", body[0], body[-1], LEAST_BODY_WORDS) if body else None
    if isinstance(node, ast.stmt) and not isinstance(node, _COMPOUND) and not is_lone_string(node):
        return _Passage("a statement", node, node, LEAST_STATEMENT_WORDS)
    if isinstance(node, (ast.List, ast.Tuple)) and _count_numbers(node) >= LEAST_NUMBERS:
        return _Passage("numbers", node, node, LEAST_NUMBERS, is_code=False)
    return None


def _text_between(lines: Sequence[bytes], first: _Node, last: _Node) -> str:
    end = last.end_lineno or last.lineno
    taken = [*lines[first.lineno - 1 : end]]
    taken[-1] = taken[-1][: last.end_col_offset]
    taken[0] = taken[0][first.col_offset :]
    return b"\n".join(taken).decode("utf-8", "replace")


def _count_numbers(node: ast.AST) -> int:
    return sum(
        isinstance(inner, ast.Constant) and isinstance(inner.value, (int, float)) and not isinstance(inner.value, bool)
        for inner in ast.walk(node)
    )


def _python(path: Path) -> str | None:
    """Return the source of a file that is Python; None for any other."""
    if path.suffix != ".py":
        return None
    try:
        source = path.read_text(encoding="utf-8-sig")
        ast.parse(source)
    except _FAULTS:
        return None
    return source


def _spaced(words: tuple[str, ...]) -> str:
    return f" {' '.join(words)} "


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 70 else line[:67] + "..."
