"""The student's file as a module: loaded from text, never found by name on the import path."""

from __future__ import annotations

import ast
import functools
import importlib.abc
import importlib.machinery
import linecache
import sys
import types
from collections.abc import Collection, Mapping, Sequence

from grader.worker.reach import can_reach


class StudentFiles(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The files of one submission, importable by each other; installed behind every other finder, so they shadow nothing.

    Args:
        file_name: the exercise's own file as the student calls it; shown in messages.
        module_name: the name under which it is a module, whatever the file was called.
        source: its text.
        helpers: other files, relative POSIX path -> text: those given by the exercise and the student's own.
    """

    def __init__(self, file_name: str, module_name: str, source: str, helpers: Mapping[str, str]) -> None:
        self.file_name = file_name
        self.module_name = module_name
        self._source = source
        self._helpers = {_module_of(path): (path, text) for path, text in helpers.items() if path.endswith(".py")}
        self.names = frozenset({file_name, *helpers})
        for path, text in {file_name: source, **helpers}.items():
            # A size of None in the third place keeps linecache from looking for the file on disk.
            linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)

    def load(self) -> types.ModuleType:
        """Execute the student's file and return its module; whatever it raises passes through."""
        if self not in sys.meta_path:
            sys.meta_path.append(self)
        module = types.ModuleType(self.module_name)
        module.__file__ = self.file_name
        sys.modules[self.module_name] = module
        exec(compile(self._source, self.file_name, "exec", dont_inherit=True), module.__dict__)
        return module

    def can_reach(self, modules: Collection[str]) -> bool:
        """Say whether any of the files can come upon one of these top-level modules."""
        own = frozenset(name.partition(".")[0] for name in self._helpers)
        texts = [self._source, *(text for _, text in self._helpers.values())]
        return any(can_reach(text, module, own) for module in modules for text in texts)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Find a helper file, or a folder of helper files, by its module name."""
        if name in self._helpers:
            is_package = self._helpers[name][0].endswith("__init__.py")
            return importlib.machinery.ModuleSpec(name, self, origin=self._helpers[name][0], is_package=is_package)
        if any(other.startswith(f"{name}.") for other in self._helpers):
            return importlib.machinery.ModuleSpec(name, None, is_package=True)
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        """Execute a helper file."""
        path, text = self._helpers[module.__name__]
        module.__file__ = path
        exec(compile(text, path, "exec", dont_inherit=True), module.__dict__)

    def line_of(self, name: str) -> int:
        """Return the line in which the student's file first gives a top-level name its meaning; 1 where none is found."""
        return self._lines_of_names.get(name, 1)

    @functools.cached_property
    def _lines_of_names(self) -> dict[str, int]:
        lines: dict[str, int] = {}
        for node in ast.parse(self._source).body:
            for name in _names_of(node):
                lines.setdefault(name, node.lineno)
        return lines

    def is_raise(self, line_number: int, file_name: str) -> bool:
        """Say whether a line of the submission belongs to a `raise` statement."""
        text = "".join(linecache.getlines(file_name))
        return any(
            isinstance(node, ast.Raise) and node.lineno <= line_number <= (node.end_lineno or node.lineno)
            for node in ast.walk(ast.parse(text))
        )


def _names_of(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name for alias in node.names}
    return {found.id for found in ast.walk(node) if isinstance(found, ast.Name) and isinstance(found.ctx, ast.Store)}


def _module_of(path: str) -> str:
    parts = path.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
