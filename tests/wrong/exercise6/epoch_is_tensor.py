# mistake: The epoch is stored as a tensor and returned as one, not as an int.
# words: epoch, an int, `int`, tensor
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


def save_checkpoint(path, net, optimizer, epoch):
    torch.save([net.state_dict(), optimizer.state_dict(), torch.tensor(epoch)], path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    net_state, opt_state, epoch = torch.load(path, map_location=device, weights_only=True)
    net.to(device)
    net.load_state_dict(net_state)
    optimizer.load_state_dict(opt_state)
    return epoch
