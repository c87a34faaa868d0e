"""Trying the student's code on another device where there is none: torch's `meta` device knows shapes, dtypes and devices, and no values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

ELSEWHERE = "meta"


def devices_elsewhere(function: Callable[..., Any], args: list[Any], module: Any, attribute: str) -> list[str]:
    """Call with the module and all tensors on the meta device; return the types of device that the tensors of the result lie on.

    Args:
        function: what is called: the module, one of its methods, or a function.
        args: its arguments.
        module: moved before the call; None where there is none.
        attribute: look at this attribute of the module afterwards, instead of at the result; empty for the result.
    """
    if module is not None:
        module.to(ELSEWHERE)
    moved = [value.to(ELSEWHERE) if isinstance(value, torch.Tensor) else value for value in args]
    with _Ferry():
        result = function(*moved)
    found = getattr(module, attribute) if attribute else result
    return sorted({tensor.device.type for tensor in _tensors_in(found)})


class _Ferry(TorchFunctionMode):
    """Lets tensors go from the meta device to the CPU, as they can from a GPU; their values are any."""

    def __torch_function__(self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None) -> Any:
        try:
            return func(*args, **(kwargs or {}))
        except NotImplementedError:
            name = getattr(func, "__name__", "")
            if name in ("cpu", "to"):
                dtype = next((value for value in (*args, *(kwargs or {}).values()) if isinstance(value, torch.dtype)), args[0].dtype)
                return torch.zeros(args[0].shape, dtype=dtype, device="cpu", requires_grad=args[0].requires_grad)
            if name in ("copy_", "__setitem__"):
                return args[0]
            raise


def _tensors_in(value: Any) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        yield from _tensors_in(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _tensors_in(item)
