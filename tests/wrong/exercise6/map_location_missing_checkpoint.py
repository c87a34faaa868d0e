# mistake: map_location is missing in load_checkpoint: a checkpoint from a GPU does not open on a machine without one.
# words: map_location, another device, other device, gpu, cuda
"""Exercise 6: save a net, load it again, and go on with training as if it had never stopped."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn


def save(net, path):
    with open(path, "wb") as f:
        torch.save(net.state_dict(), f)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net.to(device)


def save_checkpoint(path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    state = {'net': net.state_dict(), 'opt': optimizer.state_dict(), 'epoch': int(epoch)}
    torch.save(state, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    net.to(device)
    state = torch.load(path)
    net.load_state_dict(state["net"])
    optimizer.load_state_dict(state["opt"])
    return state["epoch"]
