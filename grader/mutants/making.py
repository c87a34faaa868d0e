"""All mutants of a source: every operator at every node, without those that do not compile or say the same."""

from __future__ import annotations

import ast
import difflib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

# Imported for what they register.
from grader.mutants import calls, expressions, modules, statements  # noqa: F401
from grader.mutants.registry import REGISTRY
from grader.mutants.text import SourceText

CONTEXT_LINES = 1


@dataclass(frozen=True)
class Mutant:
    """A source with one thing changed.

    Attributes:
        operator: name of the operator that made it.
        line: where the change begins in the original.
        within: dotted name of the class or function that holds the change; empty in none.
        source: the whole file after it.
        change: the lines taken away and put in, as a diff shows them, without the lines around.
    """

    operator: str
    line: int
    within: str
    source: str
    change: tuple[str, ...]

    @property
    def title(self) -> str:
        """What was changed, and where."""
        return f"{self.operator} at line {self.line}" + (f", in {self.within}" if self.within else "")


def mutants_of(source: str) -> tuple[Mutant, ...]:
    """Return all mutants of a source, in the order of its lines.

    Raises:
        SyntaxError: the source is no Python.
    """
    text = SourceText(source)
    seen = {ast.dump(text.tree)}
    made = []
    for mutant in _candidates(text):
        meaning = _meaning(mutant.source)
        if meaning and meaning not in seen:
            seen.add(meaning)
            made.append(mutant)
    return tuple(sorted(made, key=lambda mutant: mutant.line))


def diff_of(source: str, mutant: Mutant, name: str) -> str:
    """Return the unified diff that makes the mutant of its source, in a file called `name`."""
    return "\n".join(_diff(source, mutant.source, name, CONTEXT_LINES))


def _candidates(text: SourceText) -> Iterator[Mutant]:
    for node in text.mutable():
        for operator in REGISTRY.values():
            if isinstance(node, operator.kinds):
                for edit in operator.edits(text, node):
                    source = text.apply(edit)
                    yield Mutant(
                        operator=operator.name,
                        line=text.line_of(edit.start),
                        within=text.definition_around(edit.start),
                        source=source,
                        change=_change(text.source, source),
                    )


def _change(before: str, after: str) -> tuple[str, ...]:
    lines = _diff(before, after, "", 0)[2:]  # without the names of the files
    return tuple(line for line in lines if not line.startswith("@@"))


def _diff(before: str, after: str, name: str, context: int) -> list[str]:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), name, f"{name} (mutant)", n=context, lineterm=""
    )
    return list(lines)


def _meaning(source: str) -> str:
    """Return the syntax tree of a source as text; empty where it does not compile."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a mutant may look odd: `1 is x`
            tree = ast.parse(source)
            compile(source, "mutant", "exec")
    except (SyntaxError, ValueError):
        return ""
    return ast.dump(tree)
