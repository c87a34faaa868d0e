# mistake: load_checkpoint calls net.train(): a net in eval mode comes back in train mode.
# words: mode, train(), train mode
"""Exercise 6: save a net, load it again, and go on with training as if it had never stopped."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn


def save(net: nn.Module, path: str | Path) -> None:
    """Write the `state_dict` of `net` to `path`."""
    state = net.state_dict()
    torch.save(state, path)


def load(net: nn.Module, path: str | Path, device: str = "cpu") -> nn.Module:
    """Fill `net` from the file."""
    state = torch.load(path, map_location=torch.device(device), weights_only=True)
    net.to(device)
    net.load_state_dict(state)
    return net


def save_checkpoint(path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    state = {'net': net.state_dict(), 'opt': optimizer.state_dict(), 'epoch': int(epoch)}
    torch.save(state, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    state = torch.load(path, map_location=device, weights_only=True)
    net.to(device)
    net.load_state_dict(state['net'])
    optimizer.load_state_dict(state['opt'])
    # we want to go on training
    net.train()
    return state['epoch']
