"""Forbidden operations: what was seen to run, matched against the names of a `forbid` mark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.forbidden import NUMPY_BY_TORCH, falls_under
from grader.judge.outcomes import RuleBroken
from grader.judge.remote import Event
from grader.judge.sources import Sources


def broken_rule(events: Iterable[Event], forbidden: Sequence[str], sources: Sources) -> RuleBroken | None:
    """Return the verdict for the first forbidden operation that ran; None where none did."""
    for event in events:
        for rule in forbidden:
            if falls_under(event.name, rule):
                return _refusal(event, rule, sources)
    return None


def _refusal(event: Event, rule: str, sources: Sources) -> RuleBroken:
    what = "a tensor turned into NumPy" if rule == "numpy" and event.name in NUMPY_BY_TORCH else f"`{event.name}`"
    return RuleBroken(
        f"{what} ran, which is not allowed: this exercise asks you to do without it",
        hint="The rules in the task text say what is forbidden, under whatever name, and what is free instead.",
        where=f"{event.file}:{event.line}",
        excerpt=sources.excerpt(event.file, event.line),
    )
