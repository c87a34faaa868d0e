"""Tensors of the worker that the judge knows: arguments it sent, parameters it holds a twin of, graphs it may run backward.

A tensor that the judge sends with `requires_grad` becomes a leaf here. What a call returns with a graph is an *output*; its leaves
(arguments, parameters) are found by walking the graph, and the judge builds the same edge into its own graph. The judge's engine then
asks for vector-Jacobian products (`vjp`), and accumulates gradients on its own side; `held` states carry them back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from grader.wire.shadow import Shadow, same_bytes
from grader.wire.tensors import TensorWriter

Tree = dict[str, Any]


class Received:
    """A tensor that the judge sent: the object the student's code gets, and the values that arrived."""

    def __init__(self, tensor: torch.Tensor, arrived: torch.Tensor) -> None:
        self.tensor = tensor
        self.arrived = arrived
        self.grad = None if tensor.grad is None else tensor.grad.clone()


class Graph:
    """Outputs of one reply and the leaves that their graph reaches."""

    def __init__(self, outputs: list[torch.Tensor], leaves: list[torch.Tensor]) -> None:
        self.outputs = outputs
        self.leaves = leaves


class Tensors:
    """All tensors and graphs that the judge can name during one check."""

    def __init__(self) -> None:
        self._leaves: dict[int, Received] = {}  # by wire id: arguments that require grad, kept for the whole check
        self._call: dict[int, Received] = {}  # by wire id: all arguments of the calls that are running
        self._held: dict[int, tuple[torch.Tensor, Shadow | None]] = {}
        self._handle_of: dict[int, int] = {}
        self._graphs: dict[int, Graph] = {}
        self._next = 1

    # Arguments

    def receive(self, tree: Tree, arrived: torch.Tensor, grad: torch.Tensor | None) -> torch.Tensor:
        """Return the tensor that the student's code gets for an argument of the judge."""
        wire_id = tree["id"]
        known = self._call.get(wire_id) or self._leaves.get(wire_id)
        tensor = _rebuilt(tree, arrived)
        if known is not None:
            if not same_bytes(known.tensor, tensor):
                known.tensor.data = tensor
            tensor = known.tensor
        elif tree.get("param"):
            tensor = torch.nn.Parameter(tensor, requires_grad=False)
        if tensor.grad_fn is None and tensor.requires_grad != bool(tree["rg"]):
            tensor.requires_grad_(bool(tree["rg"]))
        if tensor.is_leaf and tensor.requires_grad:
            tensor.grad = None if grad is None else grad.to(tensor.device)
        received = Received(tensor, arrived.to(tensor.device))
        self._call[wire_id] = received
        if tree["rg"]:
            self._leaves[wire_id] = received
        return tensor

    def wire_id_of(self, tensor: torch.Tensor) -> int | None:
        """Return the id under which the judge knows an argument; None for any other tensor."""
        for known in (self._call, self._leaves):
            for wire_id, received in known.items():
                if received.tensor is tensor:
                    return wire_id
        return None

    def changed_arguments(self, writer: TensorWriter) -> list[Tree]:
        """Return what the call changed in its arguments: values in place, gradients by a backward of its own."""
        changes = []
        for wire_id, received in self._call.items():
            change: Tree = {}
            if not same_bytes(received.arrived, received.tensor):
                change |= {"i": writer.add(received.tensor), "device": str(received.tensor.device)}
            if (
                received.tensor.is_leaf
                and received.tensor.requires_grad
                and not _same_grad(received.grad, received.tensor.grad)
            ):
                change["grad"] = None if received.tensor.grad is None else writer.add(received.tensor.grad)
            if change:
                changes.append({"id": wire_id, **change})
        return changes

    def end_call(self) -> None:
        """Forget the arguments of the call that has been answered, but for leaves."""
        self._call.clear()

    # Parameters and other leaves with a twin in the judge

    def hold(self, tensor: torch.Tensor) -> int:
        """Return the handle of a leaf; from now on its changes are told to the judge."""
        handle = self._handle_of.get(id(tensor))
        if handle is None:
            handle, self._next = self._next, self._next + 1
            self._handle_of[id(tensor)] = handle
            self._held[handle] = (tensor, None)
        return handle

    def held(self, handle: int) -> torch.Tensor:
        """Return the leaf of a handle."""
        return self._held[handle][0]

    def held_changes(self, writer: TensorWriter) -> list[Tree]:
        """Return the state of every held leaf that is new or has changed since the judge last heard of it."""
        changes = []
        for handle, (tensor, shadow) in list(self._held.items()):
            if shadow is not None and not shadow.differs(tensor):
                continue
            state: Tree = {
                "h": handle,
                "rg": tensor.requires_grad,
                "param": isinstance(tensor, torch.nn.Parameter),
                "device": str(tensor.device),
                "grad": None if tensor.grad is None else writer.add(tensor.grad),
            }
            if shadow is None or shadow.data_differs(tensor):
                state["i"] = writer.add(tensor)
            changes.append(state)
            self._held[handle] = (tensor, Shadow(tensor))
        return changes

    def update_held(self, states: list[Tree], tensor_at: Callable[[int], torch.Tensor]) -> None:
        """Take over what the judge changed in its twins."""
        for state in states:
            tensor, _ = self._held[state["h"]]
            if "i" in state:
                values = tensor_at(state["i"]).to(tensor.device)
                if values.shape == tensor.shape and values.dtype == tensor.dtype:
                    tensor.data.copy_(values)
                else:
                    tensor.data = values.clone()
            if tensor.is_leaf and tensor.requires_grad != state["rg"]:
                tensor.requires_grad_(state["rg"])
            if "grad" in state:
                tensor.grad = None if state["grad"] is None else tensor_at(state["grad"]).clone().to(tensor.device)
            self._held[state["h"]] = (tensor, Shadow(tensor))

    # Graphs

    def keep_graph(self, outputs: list[torch.Tensor]) -> Tree:
        """Keep the graph of `outputs` and return it as the judge needs it: its id and its leaves."""
        leaves = _leaves_of(outputs)
        graph_id, self._next = self._next, self._next + 1
        self._graphs[graph_id] = Graph(outputs, leaves)
        return {"id": graph_id, "leaves": [self._leaf_name(leaf) for leaf in leaves]}

    def vjp(
        self, graph_id: int, grads: list[torch.Tensor | None], wanted: list[bool], create_graph: bool
    ) -> list[torch.Tensor | None]:
        """Return the vector-Jacobian products of a graph for its wanted leaves, None for the others."""
        graph = self._graphs[graph_id]
        pairs = [(output, grad) for output, grad in zip(graph.outputs, grads) if grad is not None]
        leaves = [leaf for leaf, want in zip(graph.leaves, wanted) if want]
        if not pairs or not leaves:
            return [None] * len(wanted)
        products = iter(
            torch.autograd.grad(
                # A sum weighted by the gradients has them as its own: torch.autograd.grad with gradients given would import
                # sympy to compare their shapes, which takes longer than most checks.
                [_weighted_sum(output, grad) for output, grad in pairs],
                leaves,
                retain_graph=True,  # the judge says when it lets go of the graph
                create_graph=create_graph,
                allow_unused=True,
            )
        )
        return [next(products) if want else None for want in wanted]

    def release_graphs(self, graph_ids: list[int]) -> None:
        """Free graphs that the judge no longer holds."""
        for graph_id in graph_ids:
            self._graphs.pop(graph_id, None)

    def _leaf_name(self, leaf: torch.Tensor) -> Tree:
        wire_id = self.wire_id_of(leaf)
        return {"id": wire_id} if wire_id is not None else {"h": self.hold(leaf)}


def _weighted_sum(output: torch.Tensor, grad: torch.Tensor) -> torch.Tensor:
    """Return the real number whose gradient with respect to `output` is `grad`."""
    with torch.enable_grad():
        weighted = (output * grad.conj()).sum()
        return weighted.real if weighted.is_complex() else weighted


def _rebuilt(tree: Tree, arrived: torch.Tensor) -> torch.Tensor:
    """Return a tensor of its own memory with the strides that the judge's has."""
    device = torch.device(tree["device"])
    stride = tree.get("stride")
    if stride is None:
        return arrived.to(device, copy=True)
    extent = 1 + sum((size - 1) * step for size, step in zip(arrived.shape, stride))
    base = torch.zeros(extent, dtype=arrived.dtype, device=device)
    # An expanded dimension (stride 0) is one row in memory: write it once.
    written = arrived
    for dim, step in enumerate(stride):
        written = written.narrow(dim, 0, 1) if step == 0 else written
    try:
        base.as_strided(written.shape, stride).copy_(written)
    except (
        RuntimeError
    ):  # windows that overlap (unfold) cannot be written through; their values matter more than their strides
        return arrived.to(device, copy=True)
    return base.as_strided(arrived.shape, stride)


def _same_grad(before: torch.Tensor | None, after: torch.Tensor | None) -> bool:
    if before is None or after is None:
        return before is after
    return same_bytes(before, after)


def _leaves_of(outputs: list[torch.Tensor]) -> list[torch.Tensor]:
    """Return the leaves that require grad and are reached from `outputs`, each once."""
    found: dict[int, torch.Tensor] = {}
    seen: set[Any] = set()
    stack = [output.grad_fn for output in outputs]
    while stack:
        node = stack.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        leaf = getattr(node, "variable", None)  # only AccumulateGrad has one
        if isinstance(leaf, torch.Tensor):
            found[id(leaf)] = leaf
        stack.extend(following for following, _ in node.next_functions)
    return list(found.values())
