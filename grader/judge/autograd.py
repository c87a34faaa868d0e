"""The judge's side of autograd across the border.

Each result of a call that has a graph in the worker becomes one node of the judge's graph: its inputs are the leaves that the worker's graph
reaches (arguments of the suite, twins of the student's parameters), its backward asks the worker for vector-Jacobian products.
Gradients are accumulated here, by torch's own engine, and carried to the worker's parameters with the next request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

Vjp = Callable[["RemoteGraph", Sequence["torch.Tensor | None"], Sequence[bool], bool], "list[torch.Tensor | None]"]
Kind = tuple[torch.Size, torch.dtype, torch.device]


def kind_of(tensor: torch.Tensor) -> Kind:
    """Return what a gradient has to share with its tensor."""
    return tensor.shape, tensor.dtype, tensor.device


class RemoteGraph:
    """A graph that lives in the worker; freed there when nothing here refers to it any more."""

    def __init__(self, graph_id: int, leaves: list[torch.Tensor], vjp: Vjp, release: Callable[[int], None]) -> None:
        self.graph_id = graph_id
        self.leaves = leaves
        self.kinds = [kind_of(leaf) for leaf in leaves]
        self.vjp = vjp
        self._release = release

    def __del__(self) -> None:
        self._release(self.graph_id)

    def attach(self, values: list[torch.Tensor]) -> list[torch.Tensor]:
        """Return the output values as tensors with a graph, each a node of its own, so that each has a backward pass of its own."""
        with torch.enable_grad():
            return [
                StudentCode.apply(self, value, number, len(values), *self.leaves) for number, value in enumerate(values)
            ]


class StudentCode(torch.autograd.Function):
    """What the student's code computed as one of its outputs, as one node."""

    @staticmethod
    def forward(
        ctx: Any, graph: RemoteGraph, value: torch.Tensor, number: int, count: int, *leaves: torch.Tensor
    ) -> torch.Tensor:
        ctx.set_materialize_grads(False)
        ctx.graph, ctx.number, ctx.count = graph, number, count
        # Unpacked in backward, so that a second backward without retain_graph fails as it does everywhere in torch.
        ctx.save_for_backward(torch.empty(0))
        return value.clone()

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor | None) -> tuple[torch.Tensor | None, ...]:
        _ = ctx.saved_tensors
        wanted = list(ctx.needs_input_grad[4:])
        grads = [grad if number == ctx.number else None for number in range(ctx.count)]
        graph: RemoteGraph = ctx.graph
        return None, None, None, None, *graph.vjp(graph, grads, wanted, torch.is_grad_enabled())
