"""`isinstance` across the border."""

from __future__ import annotations

from typing import Any

from grader.judge.proxy import Proxy, qualified_names


def type_name(value: Any) -> str:
    """Return the qualified name of a value's class, remote or local: `torch.nn.modules.container.ModuleDict`."""
    if isinstance(value, Proxy):
        return qualified_names(value)[0] if qualified_names(value) else "object"
    return f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")


def is_a(value: Any, kind: type) -> bool:
    """Say whether a value, remote or local, is an instance of a class of torch or the builtins. A claim of the worker, fit for messages."""
    if isinstance(value, Proxy):
        return f"{kind.__module__}.{kind.__qualname__}" in qualified_names(value)
    return isinstance(value, kind)
