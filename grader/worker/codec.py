"""Values between the worker's objects and trees: references, arguments, outputs with a graph, callbacks into the suite."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import torch

from grader.wire.frames import Bounds
from grader.wire.values import Decoder, Encoder
from grader.worker.objects import Objects
from grader.worker.tensors import Tensors

Tree = Any


class ReplyEncoder(Encoder):
    """Encodes one reply; afterwards `outputs` lists the tensors whose graph has to be kept."""

    def __init__(self, bounds: Bounds, objects: Objects, tensors: Tensors) -> None:
        super().__init__(bounds)
        self.outputs: list[torch.Tensor] = []
        self.output_rows: list[Tree] = []
        self._objects = objects
        self._known = tensors

    def encode_tensor(self, tensor: torch.Tensor) -> Tree:
        if tensor.requires_grad and tensor.grad_fn is not None:
            return {"$": "out", "o": self._output_number(tensor)}
        wire_id = self._known.wire_id_of(tensor)
        if wire_id is not None:
            return {"$": "same", "id": wire_id}
        if tensor.requires_grad or isinstance(tensor, torch.nn.Parameter):
            return {"$": "held", "h": self._known.hold(tensor)}
        return super().encode_tensor(tensor)

    def _output_number(self, tensor: torch.Tensor) -> int:
        for number, known in enumerate(self.outputs):
            if known is tensor:
                return number
        self.output_rows.append(super().encode_tensor(tensor))
        self.outputs.append(tensor)
        return len(self.outputs) - 1

    def encode_other(self, value: Any) -> Tree:
        if isinstance(value, Callback):
            return {"$": "yours", "c": value.number}
        return self._objects.export(value)


class RequestDecoder(Decoder):
    """Decodes what the judge sends; the judge is trusted, so references are looked up without more ado."""

    def __init__(
        self,
        tensors: list[torch.Tensor],
        bounds: Bounds,
        objects: Objects,
        known: Tensors,
        call_back: Callable[[Tree, tuple[Any, ...], dict[str, Any]], Any],
        member: Callable[[int, str], Any],
    ) -> None:
        super().__init__(tensors, bounds)
        self._member = member
        self._objects = objects
        self._known = known
        self._call_back = call_back

    def decode_tensor(self, tree: dict[str, Any]) -> Any:
        grad = tree.get("grad")
        return self._known.receive(tree, self.tensor(tree["i"]), None if grad is None else self.tensor(grad))

    def decode_other(self, tag: str, tree: dict[str, Any]) -> Any:
        if tag == "ref":
            return self._objects.get(tree["r"])
        if tag == "member":
            return self._member(tree["o"], tree["n"])
        if tag == "held":
            return self._known.held(tree["h"])
        if tag == "global":
            return find_global(tree["m"], tree["q"])
        if tag == "callback":
            return Callback(tree["c"], self._call_back)
        if tag == "stream":
            return Stream(tree["c"], tree["len"], self._call_back)
        return super().decode_other(tag, tree)


def find_global(module: str, qualified_name: str) -> Any:
    """Return the importable object that a module, function or class of the judge's is here; an empty name is the module's own."""
    found: Any = importlib.import_module(module)
    for part in filter(None, qualified_name.split(".")):
        found = getattr(found, part)
    return found


class Callback:
    """A function of the suite, callable in the worker: each call is a question to the judge."""

    def __init__(self, number: int, call_back: Callable[[Tree, tuple[Any, ...], dict[str, Any]], Any]) -> None:
        self.number = number
        self._call_back = call_back

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call_back({"call": self.number}, args, kwargs)


class Stream:
    """An iterable of the suite, iterable in the worker item by item."""

    def __init__(
        self, number: int, length: int | None, call_back: Callable[[Tree, tuple[Any, ...], dict[str, Any]], Any]
    ) -> None:
        self._number = number
        self._length = length
        self._call_back = call_back

    def __iter__(self) -> Any:
        iterator = self._call_back({"iter": self._number}, (), {})
        while True:
            ended, item = self._call_back({"next": iterator}, (), {})
            if ended:
                return
            yield item

    def __len__(self) -> int:
        if self._length is None:
            raise TypeError("this iterable has no length")
        return self._length
