"""What judge and worker have in common: modules of torch, of Python and of the grader, at the same places in both."""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
import types
from typing import Any

from grader.worker.objects import name_of, type_names

# Whose functions and classes are taken to be where they are in the judge, whatever student code does to the worker's.
_LIBRARIES = frozenset({"torch", "builtins", "grader"})
_OWN = "grader.worker."
KINDS = (type, types.FunctionType, types.BuiltinFunctionType)
# What a reference says of something: its class names, its own as a class, its name.
Names = tuple[tuple[str, ...], tuple[str, ...], str]


def common_module(name: str) -> types.ModuleType | None:
    """Return the judge's own module of this name, where the worker has the same."""
    if name.partition(".")[0] not in _LIBRARIES:
        return None
    if name.startswith(_OWN) and name not in sys.modules:
        importlib.import_module(name)
    return sys.modules.get(name)


def names_of(value: Any) -> Names:
    """Return what a worker says of a module, class or function with a reference to it."""
    return tuple(type_names(type(value))), tuple(type_names(value)) if isinstance(value, type) else (), name_of(value)


@functools.lru_cache(maxsize=4_096)
def names_of_method(kind: str, name: str) -> Names | None:
    """Return what a worker says of a method of an instance; None where the judge has no class of this name with such a method itself."""
    module, _, class_name = kind.rpartition(".")
    found = getattr(common_module(module), class_name, None)
    method = inspect.getattr_static(found, name, None) if isinstance(found, type) else None
    return (*names_of(types.MethodType(method, found))[:2], name_of(method)) if isinstance(method, types.FunctionType) else None
