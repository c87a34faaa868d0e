"""Objects of the worker that the judge holds by reference."""

from __future__ import annotations

import types
from typing import Any

LONGEST_MRO = 40


class Objects:
    """Numbers the objects that were handed to the judge as references."""

    def __init__(self) -> None:
        self._by_ref: dict[int, Any] = {}
        self._ref_of: dict[int, int] = {}
        # By id of a class, which is kept: its names, asked for with each of its objects.
        self._names_of: dict[int, tuple[type, list[str]]] = {}
        self._next = 1

    def export(self, value: Any) -> dict[str, Any]:
        """Return the reference of `value` as a tree; the same object keeps its number."""
        ref = self._ref_of.get(id(value))
        if ref is None:
            ref, self._next = self._next, self._next + 1
            self._by_ref[ref] = value  # keeps the object alive, so that its id stays its own
            self._ref_of[id(value)] = ref
        return {
            "$": "ref",
            "r": ref,
            "mro": self._type_names(type(value)),
            "of": self._type_names(value) if isinstance(value, type) else [],
            "name": name_of(value),
        }

    def _type_names(self, kind: type) -> list[str]:
        known = self._names_of.get(id(kind))
        if known is None:
            known = self._names_of[id(kind)] = (kind, type_names(kind))
        return known[1]

    def get(self, ref: int) -> Any:
        """Return the object of a reference."""
        return self._by_ref[ref]

    def release(self, refs: list[int]) -> None:
        """Forget references that the judge no longer holds."""
        for ref in refs:
            if ref in self._by_ref:
                del self._ref_of[id(self._by_ref.pop(ref))]


def name_of(value: Any) -> str:
    """Return module and qualified name of a function or method; empty for anything else."""
    if isinstance(value, (types.FunctionType, types.MethodType)):
        return f"{value.__module__}.{value.__qualname__}"[:200]
    return ""


def type_names(kind: type) -> list[str]:
    """Return the qualified names of a class and its bases, in method resolution order."""
    return [f"{base.__module__}.{base.__qualname__}"[:200] for base in type.mro(kind)[:LONGEST_MRO]]
