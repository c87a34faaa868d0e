"""All mutants of a source: every operator at every node, without those that do not compile or say the same."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

# Imported for what they register.
from grader.mutants import calls, expressions, modules, statements  # noqa: F401
from grader.mutants.registry import REGISTRY
from grader.mutants.text import Edit, SourceText


@dataclass(frozen=True)
class Mutant:
    """A source with one thing changed.

    Attributes:
        operator: name of the operator that made it.
        line: where the change begins in the original.
        within: dotted name of the class or function that holds the change; empty in none.
        source: the whole file after it.
        change: the lines that it touches, as they were and as they are, as a diff shows them.
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
    """Return the unified diff that makes the mutant of its source, in a file called `name`, with a line around the change."""
    lines = source.splitlines()
    taken, put = (sum(line.startswith(mark) for line in mutant.change) for mark in "-+")
    first = mutant.line - 1
    above, below = lines[max(0, first - 1) : first], lines[first + taken : first + taken + 1]
    start, around = mutant.line - len(above), len(above) + len(below)
    head = [f"--- {name}", f"+++ {name} (mutant)", f"@@ -{start},{taken + around} +{start},{put + around} @@"]
    return "\n".join([*head, *(f" {line}" for line in above), *mutant.change, *(f" {line}" for line in below)])


def _candidates(text: SourceText) -> Iterator[Mutant]:
    for node in text.mutable():
        for operator in REGISTRY.values():
            if isinstance(node, operator.kinds):
                for edit in operator.edits(text, node):
                    yield Mutant(
                        operator=operator.name,
                        line=text.line_of(edit.start),
                        within=text.definition_around(edit.start),
                        source=text.apply(edit),
                        change=_change(text, edit),
                    )


def _change(text: SourceText, edit: Edit) -> tuple[str, ...]:
    start, end = text.line_span(edit.start, edit.end)
    before = text.between(start, end)
    after = text.between(start, edit.start) + edit.text + text.between(edit.end, end)
    return (*(f"-{line}" for line in before.splitlines()), *(f"+{line}" for line in after.splitlines()))


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
