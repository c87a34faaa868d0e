"""What judge and worker have in common: modules of torch, of Python and of the grader, at the same places in both."""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any

from grader.worker.objects import name_of, type_names

# Whose functions and classes are taken to be where they are in the judge, whatever student code does to the worker's.
_LIBRARIES = frozenset({"torch", "builtins", "grader"})
_OWN = "grader.worker."
KINDS = (type, types.FunctionType, types.BuiltinFunctionType)


def common_module(name: str) -> types.ModuleType | None:
    """Return the judge's own module of this name, where the worker has the same."""
    if name.partition(".")[0] not in _LIBRARIES:
        return None
    if name.startswith(_OWN) and name not in sys.modules:
        importlib.import_module(name)
    return sys.modules.get(name)


def names_of(value: Any) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Return what a worker says of a module, class or function with a reference to it: its class names, its own as a class, its name."""
    return tuple(type_names(type(value))), tuple(type_names(value)) if isinstance(value, type) else (), name_of(value)
