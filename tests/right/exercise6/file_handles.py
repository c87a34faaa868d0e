"""Everything goes through open files, opened by pathlib."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn, optim


def save(net: nn.Module, path: str | Path) -> None:
    with Path(path).open("wb") as stream:
        torch.save(net.state_dict(), stream)


def load(net: nn.Module, path: str | Path, device: str = "cpu") -> nn.Module:
    with Path(path).open("rb") as stream:
        values = torch.load(stream, map_location=device, weights_only=True)
    net.load_state_dict(values, strict=True)
    net.to(device)
    return net


def save_checkpoint(path: str | Path, net: nn.Module, optimizer: optim.Optimizer, epoch: int) -> None:
    with Path(path).open("wb") as stream:
        torch.save((epoch, net.state_dict(), optimizer.state_dict()), stream)


def load_checkpoint(path: str | Path, net: nn.Module, optimizer: optim.Optimizer, device: str = "cpu") -> int:
    with Path(path).open("rb") as stream:
        epoch, weights, progress = torch.load(stream, map_location=device, weights_only=True)
    net.to(device).load_state_dict(weights)
    optimizer.load_state_dict(progress)
    return epoch
