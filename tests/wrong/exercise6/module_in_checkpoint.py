# mistake: The checkpoint holds the pickled module and the optimizer object instead of their state dicts.
# words: whole module, pickl, state_dict, state dict, optimizer object, weights_only
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
    # save EVERYTHING, then nothing can be forgotten
    torch.save({'net': net, 'optimizer': optimizer, 'epoch': epoch}, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    ck = torch.load(path, map_location=device, weights_only=False)
    net.load_state_dict(ck['net'].state_dict())
    net.to(device)
    optimizer.load_state_dict(ck['optimizer'].state_dict())
    return ck['epoch']
