"""What of a notebook stays."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.notebook.running import Heaviness, is_alias, is_plain, may_run, origins_of
from grader.notebook.statements import Cell, Statement, is_future


@dataclass(frozen=True, eq=False)
class Plan:
    """Which statements stay; which of the others are missed, and by what name."""

    kept: frozenset[Statement]
    missed: tuple[tuple[Statement, str], ...]


_ALWAYS_THERE = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}


def plan_of(statements: Sequence[Statement], wanted: frozenset[str]) -> Plan:
    binders: dict[str, list[Statement]] = {}
    for statement in statements:
        for name in statement.binds | statement.changes:
            binders.setdefault(name, []).append(statement)
    definitions: dict[str, list[Statement]] = {}
    for statement in statements:
        if isinstance(statement.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            definitions.setdefault(statement.node.name, []).append(statement)
    heaviness = Heaviness(
        origins_of(statement.node for statement in statements),
        {name: [item.node for item in items] for name, items in definitions.items()},
    )
    heaviness.spread()
    usable = frozenset(s for s in statements if _is_usable(s, definitions, heaviness))
    live = _live_names(statements, usable, binders, wanted)
    return _keep(statements, usable, live, definitions, frozenset(binders))


def _is_usable(statement: Statement, definitions: Mapping[str, object], heaviness: Heaviness) -> bool:
    """Say whether the statement may stay where it is needed."""
    node = statement.node
    if is_main_guard(node) or not statement.stands_alone:
        return False
    if statement.is_definition or statement.is_import:
        return True
    # `loss = loss(yhat, y)` in an experiment must not take the place of the function `loss`.
    if any(name in definitions for name in statement.binds - statement.changes) and not is_alias(node):
        return False
    return may_run(node) and not heaviness.is_heavy_to_run(node)


def is_main_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and any(
        isinstance(inner, ast.Name) and inner.id == "__name__" for inner in ast.walk(node.test)
    )


def _live_names(
    statements: Sequence[Statement],
    usable: frozenset[Statement],
    binders: Mapping[str, list[Statement]],
    wanted: frozenset[str],
) -> frozenset[str]:
    """Return the names that the wanted ones need, directly or through others; themselves included."""
    waiting = [name for name in wanted if name in binders]
    if not waiting:
        waiting = [name for s in statements if s.is_definition or is_plain(s.node) for name in s.binds | s.later]
    live: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in live:
            continue
        live.add(name)
        for statement in binders.get(name, ()):
            if statement in usable:
                waiting += statement.binds | statement.changes | statement.now | statement.later
    return frozenset(live)


def _keep(
    statements: Sequence[Statement],
    usable: frozenset[Statement],
    live: frozenset[str],
    definitions: Mapping[str, Sequence[Statement]],
    bound_somewhere: frozenset[str],
) -> Plan:
    kept: list[Statement] = []
    missed: list[tuple[Statement, str]] = []
    there: set[str] = set()
    has_star = False
    for statement in statements:
        if is_future(statement.node):
            continue
        is_live = not live.isdisjoint(statement.binds | statement.changes)
        is_star = isinstance(statement.node, ast.ImportFrom) and statement.node.names[0].name == "*"
        if not (is_live or is_star or statement.is_definition or is_plain(statement.node)):
            continue
        if statement not in usable:
            if is_live and definitions.keys().isdisjoint(statement.binds):
                missed.append((statement, ""))
            continue
        lacking = _lacking(statement, there, definitions, bound_somewhere, has_star)
        if lacking:
            if is_live:
                missed.append((statement, lacking))
            continue
        has_star = has_star or is_star
        kept.append(statement)
        there |= statement.binds
    return Plan(frozenset(kept), tuple(missed))


def _lacking(
    statement: Statement,
    there: set[str],
    definitions: Mapping[str, Sequence[Statement]],
    bound_somewhere: frozenset[str],
    has_star: bool,
) -> str:
    """Return a name that running the statement needs and that is not there, or nothing."""
    known = there | _ALWAYS_THERE
    direct = statement.now - known
    if direct and not (has_star and direct.isdisjoint(bound_somewhere)):
        return min(direct)
    if statement.is_definition and not getattr(statement.node, "decorator_list", ()):
        return ""
    # What it calls needs its own globals in turn.
    seen: set[str] = set()
    waiting = [name for name in statement.now if name in definitions]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for needed in (needed for item in definitions[name] for needed in item.later):
            if needed in bound_somewhere and needed not in known and needed not in statement.binds:
                return needed
            if needed in definitions:
                waiting.append(needed)
    return ""


def kept_lines(cell: Cell, kept: frozenset[Statement]) -> list[str]:
    """Return the lines of the cell with all blanked that does not stay."""
    if cell.trouble:
        return [""] * len(cell.lines)
    lines = list(cell.lines)
    for group in _by_lines(cell.statements):
        staying = [statement for statement in group if statement in kept]
        if len(staying) == len(group):
            continue
        first, last = group[0].first, max(statement.last for statement in group)
        text = "; ".join(statement.text for statement in staying).split("\n") if staying else []
        lines[first - 1 : last] = text + [""] * (last - first + 1 - len(text))
    return lines


def _by_lines(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Yield the statements in groups that share lines (`a = 1; print(a)`)."""
    group: list[Statement] = []
    for statement in statements:
        if group and statement.first > group[-1].last:
            yield group
            group = []
        group.append(statement)
    if group:
        yield group
