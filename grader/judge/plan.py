"""What a collected pytest item promises: title, hint, points, disclosure, limits, rules."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from grader.exercise_file import parse_size
from grader.job import Job
from grader.records import Disclosure
from grader.toml_file import closest_name

MARKS = {
    "points(n)": "what the check is worth",
    "concept(text)": "heading under which reports group the check",
    "disclose(level)": "what a student may read: nothing, verdict, hint, all",
    "needs(*names)": "not run when one of these checks failed",
    "limit(seconds=None, memory=None)": "limits of this check",
    "forbid(*names)": "operations that must not run",
}


@dataclass(frozen=True)
class Plan:
    """One check before it runs."""

    name: str
    base_name: str
    title: str
    hint: str
    suite: str
    concept: str
    disclosure: Disclosure
    points: Decimal
    needs: tuple[str, ...]
    seconds: float
    memory_bytes: int | None
    forbidden: tuple[str, ...]


def plan_check(item: pytest.Item, job: Job) -> Plan:
    """Read the marks and the docstring of a collected check.

    Raises:
        ValueError: a mark is misused; the message names the check.
    """
    suite = next(suite for suite in job.suites if Path(suite.path) == item.path)
    title, hint = _words(item)
    disclosure = _argument(item, "disclose", None)
    limit = item.get_closest_marker("limit")
    limits = limit.kwargs if limit else {}
    name = f"{item.path.name}::{item.name}"
    of_trial = job.trial.seconds.get(name) if job.trial else None
    return Plan(
        name=name,
        base_name=getattr(item, "originalname", None) or item.name,
        title=title,
        hint=hint,
        suite=suite.kind,
        concept=str(_argument(item, "concept", "")),
        disclosure=suite.disclosure if disclosure is None else Disclosure(disclosure),
        points=_points(item),
        needs=tuple(str(name) for mark in item.iter_markers("needs") for name in mark.args),
        seconds=of_trial or float(limits.get("seconds", job.check_seconds)),
        memory_bytes=None if limits.get("memory") is None else parse_size(limits["memory"]),
        forbidden=tuple(dict.fromkeys(str(name) for mark in item.iter_markers("forbid") for name in mark.args)),
    )


def unmet_needs(plans: Sequence[Plan]) -> list[str]:
    """Return what is wrong with the needs of checks, given in the order in which they run: a name that no check bears, or one of a later check."""
    problems = []
    places: dict[str, int] = {}
    for place, plan in enumerate(plans):
        places.setdefault(plan.base_name, place)
    for place, plan in enumerate(plans):
        for name in plan.needs:
            if name not in places:
                closest = closest_name(name, places)
                guess = f"; is {closest!r} meant?" if closest else ""
                problems.append(f"{plan.name} needs {name!r}, and there is no such check{guess}")
            elif places[name] >= place:
                problems.append(f"{plan.name} needs {name!r}, which does not come before it")
    return problems


def _argument(item: pytest.Item, mark: str, default: object) -> object:
    found = item.get_closest_marker(mark)
    if found is None:
        return default
    if len(found.args) != 1:
        raise ValueError(f"{item.name}: the mark {mark} takes one argument")
    return found.args[0]


def _points(item: pytest.Item) -> Decimal:
    points = Decimal(str(_argument(item, "points", 0)))
    if not points.is_finite() or points < 0:
        raise ValueError(f"{item.name}: points({points}) is not a number of points")
    return points


def _words(item: pytest.Item) -> tuple[str, str]:
    """Return title and hint: first line and rest of the docstring; a case of a parametrized check is named in brackets."""
    text = inspect.getdoc(getattr(item, "function", None)) or ""
    first, _, rest = text.partition("\n")
    title = first.strip() or (getattr(item, "originalname", "") or item.name).removeprefix("test_").replace("_", " ")
    case = item.name.partition("[")[2].rstrip("]")
    return (f"{title} [{case}]" if case else title), " ".join(rest.split())
