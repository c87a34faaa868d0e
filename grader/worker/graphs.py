"""Where the student's code cuts the autograd graph, found by observation: each torch function that runs hands on, or loses, what it descends from.

A tensor has a *lineage*: the parameters of a module, and the arguments of a call, that it was computed from, each with its gradient
path alive or with the first operation that cut it. What runs where no `TorchFunctionMode` sees it (the inside of a custom
`autograd.Function`, `torch.from_numpy`) makes tensors without a lineage; then nothing is said.
"""

from __future__ import annotations

import inspect
import sys
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch.overrides import TorchFunctionMode, resolve_name

MOST_DEEP = 4
MOST_ITEMS = 10_000
# These look at a tensor, or copy its form, and take no value of it.
_VALUE_FREE = frozenset(
    {
        "__bool__", "__format__", "__hash__", "__len__", "__repr__", "_backward_hooks", "_version", "backward", "data_ptr",
        "device", "dim", "dtype", "element_size", "empty_like", "full_like", "grad", "grad_fn", "is_complex", "is_contiguous",
        "is_cuda", "is_floating_point", "is_inference", "is_leaf", "is_sparse", "layout", "names", "ndim", "ndimension",
        "nelement", "new_empty", "new_full", "new_ones", "new_zeros", "numel", "ones_like", "output_nr",
        "rand_like", "randint_like", "randn_like", "register_hook", "requires_grad", "retain_grad", "shape", "size",
        "storage_offset", "stride", "type", "untyped_storage", "zeros_like",
    }
)  # fmt: skip
# These take values out of torch altogether.
_EXITS = frozenset({"item", "tolist", "numpy", "__array__", "__float__", "__int__", "__index__", "__complex__"})


@dataclass(frozen=True)
class Cut:
    """The operation that ended a gradient path, and where the student's code called it."""

    operation: str
    file: str
    line: int


Lineage = dict[str, "Cut | None"]  # None: the path is alive


@dataclass(frozen=True)
class Inputs:
    """The tensors that go into a function, and what they descend from."""

    tensors: list[torch.Tensor]
    lineage: Lineage


class GraphWatch:
    """Follows the parameters of a module, and the arguments that require grad, through the calls of the student's code.

    Args:
        student_files: file names whose frames count as the student's.
        module: the module whose parameters are followed; None to follow arguments alone.
    """

    def __init__(self, student_files: frozenset[str], module: Any) -> None:
        self.paused = False
        self.student_files = student_files
        self._module = module
        # By id: the tensor, its lineage, whether it had no graph then.
        self._known: dict[int, tuple[weakref.ref[torch.Tensor], Lineage, bool]] = {}
        self._sources: dict[str, weakref.ref[torch.Tensor]] = {}
        self._used: set[str] = set()
        self._left: Lineage = {}
        self._foreign: Cut | None = None
        self._result: Lineage = {}
        self._is_complete = True

    @contextmanager
    def watching(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[Callable[[Any], None]]:
        """Follow what runs in the block, a call of `function`; the block hands the result to what it is given."""
        for name, tensor in [*_parameters_of(self._module), *_named_arguments(function, args, kwargs)]:
            self._sources[name] = weakref.ref(tensor)
            self._remember(tensor, {name: None} if tensor.requires_grad else {})
        with _Mode(self):
            yield self._returned

    def report(self) -> list[Any]:
        """Return [[name, state, operation, file, line] a source, whether the result could be followed, [file, line] of a foreign parameter].

        States: `alive`; `cut`, by an operation whose result lies on the way to the result of the last call; `left`, whose values have
        left torch; `used` in a computation whose result was lost; `unused`.
        """
        foreign = [self._foreign.file, self._foreign.line] if self._foreign else None
        return [[self._row(name) for name in self._sources], self._is_complete, foreign]

    def _row(self, name: str) -> list[Any]:
        cut = self._result.get(name)
        if name in self._result and cut is None:
            return [name, "alive", "", "", 0]
        state = "cut" if cut else "left" if self._left.get(name) else "used" if name in self._used else "unused"
        cut = cut or self._left.get(name)
        return [name, state, cut.operation, cut.file, cut.line] if cut else [name, state, "", "", 0]

    # What a function does to lineages

    def ran(self, name: str, inputs: Inputs, args: tuple[Any, ...], output: Any) -> None:
        """Take note of one torch function that has run."""
        operation = name.removesuffix(".__get__").rpartition(".")[2]
        if self.paused or operation in _VALUE_FREE:
            for tensor in _tensors_in(output):
                self._known.setdefault(id(tensor), (weakref.ref(tensor), {}, tensor.grad_fn is None))
            return
        self._used |= set(inputs.lineage)
        if operation in _EXITS:
            self._note_exit(inputs.lineage, operation)
            return
        target = args[0] if operation in ("__setitem__", "set_") and args else None
        for tensor in _tensors_in(target if target is not None else output):
            self._remember(tensor, self._handed_on(tensor, inputs, operation))

    def _handed_on(self, tensor: torch.Tensor, inputs: Inputs, operation: str) -> Lineage:
        sources = inputs.lineage
        is_given = any(tensor is known for known in inputs.tensors)
        if tensor.requires_grad and (is_given or not tensor.is_leaf):
            return sources
        alive = [name for name, cut in sources.items() if cut is None]
        if not alive:
            return sources
        cut = self._cut(operation if torch.is_grad_enabled() else "no_grad")
        return sources | dict.fromkeys(alive, cut) if cut else sources

    def _note_exit(self, sources: Lineage, operation: str) -> None:
        cut = self._cut(operation)
        if cut is not None:
            self._left = {**dict.fromkeys(sources, cut), **self._left}

    def inputs(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Inputs:
        """Return what goes into a function, before it runs: in place, it may change what it is given."""
        tensors = list(_tensors_in((args, kwargs)))
        return Inputs(tensors, self._lineage_of(tensors))

    def _lineage_of(self, tensors: list[torch.Tensor]) -> Lineage:
        merged: Lineage = {}
        for tensor in tensors:
            entry = self._known.get(id(tensor))
            # A custom Function gives its result a graph only after its forward, which runs without one.
            if entry is not None and entry[0]() is tensor and not (entry[2] and tensor.grad_fn is not None):
                lineage = entry[1]
            else:
                lineage = {}
                self._meet(tensor)
            for name, cut in lineage.items():
                merged[name] = None if cut is None else merged.get(name, cut)
        return merged

    def _meet(self, tensor: torch.Tensor) -> None:
        """Take note of a tensor that nothing seen has made."""
        if isinstance(tensor, torch.nn.Parameter) and tensor.is_leaf and tensor.requires_grad and self._foreign is None:
            self._foreign = self._cut("")
        if tensor.grad_fn is not None:
            self._is_complete = False

    def _remember(self, tensor: torch.Tensor, lineage: Lineage) -> None:
        # A view that is written into changes its base.
        for known in (tensor, tensor._base) if tensor._base is not None else (tensor,):
            self._known[id(known)] = (weakref.ref(known), lineage, known.grad_fn is None)

    def _returned(self, value: Any) -> None:
        results = list(_tensors_in(value))
        if not results:
            return
        self._result = self._lineage_of(results)
        self._used |= set(self._result)

    def _cut(self, operation: str) -> Cut | None:
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename not in self.student_files:
            frame = frame.f_back  # type: ignore[assignment]  # None ends the loop
        return None if frame is None else Cut(operation, frame.f_code.co_filename, frame.f_lineno)


class _Mode(TorchFunctionMode):
    def __init__(self, watch: GraphWatch) -> None:
        super().__init__()
        self._watch = watch

    def __torch_function__(self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None) -> Any:
        inputs = self._watch.inputs(args, kwargs or {})
        output = func(*args, **(kwargs or {}))
        name = resolve_name(func) or str(getattr(func, "__qualname__", "?"))
        self._watch.ran(name, inputs, args, output)
        return output


def _tensors_in(value: Any, depth: int = 0) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif depth < MOST_DEEP and isinstance(value, (list, tuple)):
        for item in value[:MOST_ITEMS]:
            yield from _tensors_in(item, depth + 1)
    elif depth < MOST_DEEP and isinstance(value, dict):
        yield from _tensors_in(list(value.values())[:MOST_ITEMS], depth + 1)


def _parameters_of(module: Any) -> list[tuple[str, torch.Tensor]]:
    return list(module.named_parameters()) if isinstance(module, torch.nn.Module) else []


def _named_arguments(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield the arguments that require grad, under the names that the student's signature gives them."""
    try:
        called = function.forward if isinstance(function, torch.nn.Module) else function
        names = list(inspect.signature(called).parameters)
    except (ValueError, TypeError):  # a signature that cannot be told, such as that of a C function
        names = []
    for number, value in enumerate(args):
        for tensor in _tensors_in(value):
            if tensor.requires_grad:
                yield (names[number] if number < len(names) else f"argument {number + 1}"), tensor
    for name, value in kwargs.items():
        for tensor in _tensors_in(value):
            if tensor.requires_grad:
                yield name, tensor
