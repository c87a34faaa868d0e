# mistake: A try/except prints the RuntimeError of load_state_dict and goes on with a half filled net.
# words: except, swallow, RuntimeError, missing key, unexpected key, missing or unexpected
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
    weights = torch.load(path, map_location=device, weights_only=True)
    try:
        net.load_state_dict(weights)
    except RuntimeError as e:
        print("could not load everything:", e)
    net.to(device)
    return net


def save_checkpoint(path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    state = {'net': net.state_dict(), 'opt': optimizer.state_dict(), 'epoch': int(epoch)}
    torch.save(state, path)


def load_checkpoint(path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer, device: str = "cpu") -> int:
    state = torch.load(path, map_location=device, weights_only=True)
    net.to(device)
    net.load_state_dict(state['net'])
    optimizer.load_state_dict(state['opt'])
    return state['epoch']
