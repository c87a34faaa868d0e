# mistake: The files are opened with weights_only=False, which runs whatever a pickle holds.
# words: weights_only, pickl, arbitrary code, unsafe
"""Exercise 6: save a net, load it again, and go on with training as if it had never stopped."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn


def save(net: nn.Module, path: str | Path) -> None:
    """Write the `state_dict` of `net` to `path`."""
    state = net.state_dict()
    torch.save(state, path)


def load(net, path, device="cpu"):
    # weights_only=False gets rid of the warning
    state = torch.load(path, map_location=device, weights_only=False)
    net.load_state_dict(state)
    return net.to(device)


def save_checkpoint(path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    state = {'net': net.state_dict(), 'opt': optimizer.state_dict(), 'epoch': int(epoch)}
    torch.save(state, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    state = torch.load(path, map_location=device, weights_only=False)
    net.load_state_dict(state["net"])
    net.to(device)
    optimizer.load_state_dict(state["opt"])
    return state["epoch"]
