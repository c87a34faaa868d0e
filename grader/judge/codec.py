"""Values between the suite and trees: arguments out, answers in."""

from __future__ import annotations

import types
from collections.abc import Iterable, Sized
from typing import TYPE_CHECKING, Any

import torch
from torch.overrides import resolve_name

from grader.judge.proxy import Proxy
from grader.wire.frames import REQUEST_BOUNDS, Bounds, FrameError
from grader.wire.tensors import UnsupportedValue
from grader.wire.values import Decoder, Encoder, Tree

if TYPE_CHECKING:
    from grader.judge.session import Session

_FUNCTIONS = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.LambdaType)


class RequestEncoder(Encoder):
    """Encodes what the suite passes to the worker."""

    def __init__(self, session: Session) -> None:
        super().__init__(REQUEST_BOUNDS)
        self._session = session

    def encode_tensor(self, tensor: torch.Tensor) -> Tree:
        handle = self._session.twins.handle_of(tensor)
        if handle is not None:
            return {"$": "held", "h": handle}
        tree = super().encode_tensor(tensor)
        tree |= {
            "id": self._session.arguments.number(tensor),
            "rg": tensor.requires_grad,
            "param": isinstance(tensor, torch.nn.Parameter),
        }
        if not tensor.is_contiguous() and tensor.numel():
            tree["stride"] = list(tensor.stride())
        if tensor.is_leaf and tensor.grad is not None:
            tree["grad"] = self.tensors.add(tensor.grad)
        return tree

    def encode_other(self, value: Any) -> Tree:
        if isinstance(value, Proxy):
            return self._session.reference_of(value)
        located = _global_name(value)
        if located is not None:
            return {"$": "global", "m": located[0], "q": located[1]}
        if isinstance(value, torch.nn.Module):
            raise UnsupportedValue(
                "a module of the suite's own process; build it in the worker: remote.torch.nn.Linear(3, 4)"
            )
        if callable(value):
            return {"$": "callback", "c": self._session.callbacks.add(value)}
        if isinstance(value, Iterable):
            length = len(value) if isinstance(value, Sized) else None
            return {"$": "stream", "c": self._session.callbacks.add(value), "len": length}
        return super().encode_other(value)


def _global_name(value: Any) -> tuple[str, str] | None:
    """Return module and qualified name of a class or function of torch or of the builtins; None for anything else."""
    if isinstance(value, type) and value.__module__.partition(".")[0] in ("torch", "builtins", "collections"):
        return value.__module__, value.__qualname__
    if not isinstance(value, _FUNCTIONS):
        return None
    module = str(getattr(value, "__module__", None) or "")
    if module.partition(".")[0] == "torch" and "<locals>" not in value.__qualname__ and "." not in value.__qualname__:
        return module, value.__qualname__
    name = resolve_name(value) if not isinstance(value, types.MethodType) else None
    if name and name.startswith("torch."):
        head, _, tail = name.rpartition(".")
        return ("torch", f"Tensor.{tail}") if head == "torch.Tensor" else (head, tail)
    return None


class AnswerDecoder(Decoder):
    """Decodes what a worker answers; trusts nothing."""

    def __init__(
        self, tensors: list[torch.Tensor], bounds: Bounds, session: Session, outputs: list[torch.Tensor]
    ) -> None:
        super().__init__(tensors, bounds)
        self._session = session
        self._outputs = outputs

    def decode_tensor(self, tree: dict[str, Any]) -> torch.Tensor:
        return self.placed(tree)

    def placed(self, tree: dict[str, Any]) -> torch.Tensor:
        """Return the tensor of a row on the device that the worker had it on, where this process has that device too."""
        tensor = self.tensor(tree.get("i")).clone()
        name = tree.get("device")
        if name == "cpu":
            return tensor
        if not isinstance(name, str) or not name.startswith(("cuda", "mps")) or len(name) > 16:
            raise FrameError("a tensor is on an unknown device")
        try:
            return tensor.to(name)
        except (RuntimeError, AssertionError, TypeError):  # TypeError: a dtype that the device does not have
            raise FrameError("a tensor is on a device that is not here") from None

    def decode_other(self, tag: str, tree: dict[str, Any]) -> Any:
        if tag == "ref":
            return self._session.proxy(tree)
        if tag == "same":
            return self._session.arguments.get(tree.get("id"))
        if tag == "held":
            return self._session.twins.get(tree.get("h"))
        if tag == "yours":
            return self._session.callbacks.get(tree.get("c"))
        if tag == "out":
            number = tree.get("o")
            if type(number) is not int or not 0 <= number < len(self._outputs):
                raise FrameError("the value names an output that is not there")
            return self._outputs[number]
        return super().decode_other(tag, tree)
