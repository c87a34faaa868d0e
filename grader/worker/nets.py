"""Nets of plain layers and their training, each step of a suite in one request. Runs in the worker; a suite's own reference runs use it, too.

Values and batches may be drawn here, from seeds: what does not travel costs nothing, and the same seed gives the same numbers on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

Layers = list[tuple[Any, ...]]
# Seed, number of features, number of scores.
Batch = tuple[int, int, int]


def sequential(layers: Layers, state: dict[str, Tensor] | int | None = None, device: torch.device | str = "cpu") -> nn.Sequential:
    """Return an nn.Sequential on a device: of each layer the name in `torch.nn`, and its arguments.

    Args:
        state: its state, or the seed to draw it with; None to leave it as it is made.
    """
    net = nn.Sequential(*(getattr(nn, name)(*arguments) for name, *arguments in layers))
    if isinstance(state, int):
        draw_state(net, state)
    elif state is not None:
        net.load_state_dict(state)
    return net.to(device)


def draw_state(net: nn.Module, seed: int) -> None:
    """Give each parameter and buffer of a net on the CPU other values than a new net has: positive variances, counters above 1."""
    generator = torch.Generator("cpu").manual_seed(seed)
    for name, value in net.state_dict().items():
        if not value.is_floating_point():
            value.random_(2, 99, generator=generator)
        elif "var" in name:
            value.uniform_(0.5, 1.5, generator=generator)
        else:
            value.normal_(generator=generator)


def drawn(batch: Batch, device: torch.device | str) -> tuple[Tensor, Tensor]:
    """Return the inputs (m, features) and targets (m, scores) of a small batch for a regression, m from 5 to 8."""
    seed, features, scores = batch
    generator = torch.Generator("cpu").manual_seed(seed)
    size = 5 + seed % 4
    # Said in full: the student's code may have set other defaults.
    x, y = (torch.randn(size, width, generator=generator, dtype=torch.float32, device="cpu") for width in (features, scores))
    return x.to(device), y.to(device)


def in_training(
    layers: Layers,
    optimizer: str,
    options: Mapping[str, Any],
    parts: Mapping[int, Mapping[str, Any]] | None = None,
    state: dict[str, Tensor] | int | None = None,
    device: torch.device | str = "cpu",
    batches: Sequence[Batch] = (),
) -> tuple[nn.Sequential, torch.optim.Optimizer]:
    """Return a net as `sequential` makes it, and an optimizer over it, after one step a batch.

    Args:
        optimizer: its name in `torch.optim`.
        options: its keyword arguments.
        parts: by number of a layer, the options of a parameter group of its own; only these layers are trained then.
    """
    net = sequential(layers, state, device)
    parameters: Any = [{"params": net[number].parameters(), **own} for number, own in (parts or {}).items()] or net.parameters()
    made = net, getattr(torch.optim, optimizer)(parameters, **options)
    if batches:
        train(*made, batches, device)
    return made


def odd() -> nn.Module:
    """Return a net in float64 with one layer in two places, a part called `module`, a parameter of its own, and a buffer that is no part of its state."""
    shared = nn.Linear(4, 4)
    inner = nn.Sequential(shared, nn.BatchNorm1d(4, affine=False), shared, nn.Conv1d(2, 3, 2))
    net = nn.ModuleDict({"module": inner, "last": nn.PReLU()}).double()
    net.register_parameter("own", nn.Parameter(torch.full((3,), 2.0).double()))
    net.register_buffer("scratchpad", torch.full((2,), 7.0), persistent=False)
    return net


def give_gradients(net: nn.Module, batch: Batch, device: torch.device | str) -> bool:
    """Run the backward pass of the mean squared error on a batch; return whether a gradient can reach anything."""
    x, y = drawn(batch, device)
    scores = net(x)
    if not scores.requires_grad:
        return False
    ((scores - y) ** 2).mean().backward()
    return True


def train(net: nn.Module, optimizer: torch.optim.Optimizer, batches: Sequence[Batch], device: torch.device | str) -> Tensor | None:
    """Take one step on the mean squared error a batch; return the parameters then, in one row, or None where no gradient could reach anything."""
    for batch in batches:
        optimizer.zero_grad()
        if not give_gradients(net, batch, device):
            return None
        optimizer.step()
    return torch.cat([parameter.detach().cpu().flatten() for parameter in net.parameters()])


def lower_learning_rate(optimizer: torch.optim.Optimizer) -> None:
    """Let a schedule divide the learning rate by 10, as it does after so many epochs."""
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.1)
    optimizer.step()
    schedule.step()
