"""Forbidden operations: what was seen to run, matched against the names of a `forbid` mark."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from grader.judge.outcomes import RuleBroken
from grader.judge.remote import Event
from grader.judge.sources import Sources

_NUMPY = ("torch.Tensor.numpy", "torch.Tensor.__array__", "torch.from_numpy", "torch.Tensor.__array_wrap__")


def broken_rule(events: Iterable[Event], forbidden: Sequence[str], sources: Sources) -> RuleBroken | None:
    """Return the verdict for the first forbidden operation that ran; None where none did."""
    for event in events:
        for rule in forbidden:
            if matches(event.name, rule):
                return _refusal(event, rule, sources)
    return None


@functools.lru_cache(maxsize=4_096)
def matches(name: str, rule: str) -> bool:
    """Say whether a recorded name falls under a rule; `torch.gather` covers the method and `torch.ops.aten.gather` as well."""
    if name == rule or name.startswith(f"{rule}."):
        return True
    if rule == "numpy":
        return name in _NUMPY
    if rule == "requires_grad=True":
        return False
    head, _, function = rule.rpartition(".")
    if head not in ("torch", "torch.Tensor", "torch.nn.functional"):
        return False
    operator = name.removeprefix("torch.ops.")
    if operator.startswith("aten."):
        return operator.split(".")[1].rstrip("_") == function
    return name in (f"torch.{function}", f"torch.Tensor.{function}", f"torch.Tensor.{function}_")


def _refusal(event: Event, rule: str, sources: Sources) -> RuleBroken:
    what = "a tensor turned into NumPy" if rule == "numpy" and event.name in _NUMPY else f"`{event.name}`"
    return RuleBroken(
        f"{what} ran, which is not allowed: this exercise asks you to do without it",
        hint="The rules in the task text say what is forbidden, under whatever name, and what is free instead.",
        where=f"{event.file}:{event.line}",
        excerpt=sources.excerpt(event.file, event.line),
    )
