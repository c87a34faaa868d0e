"""What Python source defines and imports, as its syntax tree says."""

from __future__ import annotations

import ast
import functools

from grader.archive import MAX_SOURCE_BYTES
from grader.exercise import Exercise
from grader.faults import UsageError
from grader.submission.files import read_file
from grader.submission.text import SourceFault, decode_source
from grader.syntax import parse, statements


def stub_names(exercise: Exercise) -> frozenset[str]:
    """Return the names that the stub defines: what the exercise asks for."""
    try:
        return names_defined(read_file(exercise.stub, MAX_SOURCE_BYTES))
    except UsageError:
        return frozenset()


def names_defined(raw: bytes) -> frozenset[str]:
    """Return the functions, classes and variables that the source defines at its top level."""
    source = decode_source(raw, "")
    if isinstance(source, SourceFault):
        return frozenset()
    tree = parse(source)
    names: set[str] = set()
    for statement in tree.body if tree else ():
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            names.add(statement.name)
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            names |= {
                node.id
                for node in ast.walk(statement)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
    return frozenset(names)


@functools.lru_cache(maxsize=16)  # of one file it is asked more than once
def imported_modules(raw: bytes) -> frozenset[str]:
    """Return the names of the modules, up to the first dot, that the source imports anywhere."""
    source = decode_source(raw, "")
    tree = parse(source) if isinstance(source, str) else None
    names: set[str] = set()
    for node in statements(tree) if tree else ():
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or "", *(alias.name for alias in node.names if node.level)}
    return frozenset(name.split(".")[0] for name in names if name)
