"""Exercise 6: save a net, load it again, and go on with training as if it had never stopped."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn


def save(net: nn.Module, path: str | Path) -> None:
    """Write the `state_dict` of `net` to `path`, and nothing else; `net` stays as it is."""
    torch.save(net.state_dict(), path)


def load(net: nn.Module, path: str | Path, device: str = "cpu") -> nn.Module:
    """Fill `net` from a file that `save` wrote and return it, on `device`, in the mode it was in.

    The file may come from a machine with other devices. It is opened with `weights_only=True`.

    Raises:
        RuntimeError: a key is missing in the file, or the net has no place for one.
        FileNotFoundError: there is no such file.
    """
    state = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(state)
    return net.to(device)


def save_checkpoint(path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    """Write to `path` all that training needs to go on, as state dicts; net and optimizer stay as they are."""
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


def load_checkpoint(path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer, device: str = "cpu") -> int:
    """Fill `net` and `optimizer` from a file that `save_checkpoint` wrote and return its epoch.

    The state of both ends on `device`. The next steps of training are those that would have followed the save.

    Raises:
        RuntimeError: a key of the net is missing in the file, or the net has no place for one.
        FileNotFoundError: there is no such file.
    """
    checkpoint = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(checkpoint["net"])
    net.to(device)
    # An optimizer takes its state to the device of its parameters, so the net moves first.
    optimizer.load_state_dict(checkpoint["optimizer"])
    return checkpoint["epoch"]
