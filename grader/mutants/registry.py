"""The register of mutation operators: small functions from a node of the syntax tree to edits of the text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from grader.mutants.text import Edit, SourceText

_Edits = Callable[[SourceText, Any], Iterator[Edit]]


@dataclass(frozen=True)
class Operator:
    """One way to be wrong.

    Attributes:
        name: what was done, in words that read well after "lives:", such as `statement removed`.
        kinds: the nodes that it looks at.
        edits: yields the edits for a node of these kinds; each makes one mutant.
    """

    name: str
    kinds: tuple[type[ast.AST], ...]
    edits: _Edits


REGISTRY: dict[str, Operator] = {}


def operator(name: str, *kinds: type[ast.AST]) -> Callable[[_Edits], _Edits]:
    """Register the decorated function as the operator `name` for nodes of these kinds."""

    def register(edits: _Edits) -> _Edits:
        if name in REGISTRY:
            raise ValueError(f"two mutation operators are called {name!r}")
        REGISTRY[name] = Operator(name, kinds, edits)
        return edits

    return register
