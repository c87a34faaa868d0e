from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import Any

import torch
from torch import nn


@dataclass
class Checkpoint:
    net: dict[str, Any]
    optimizer: dict[str, Any]
    epoch: int

    @classmethod
    def of(cls, net: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> "Checkpoint":
        return cls(net.state_dict(), optimizer.state_dict(), epoch)

    @classmethod
    def read(cls, path: str | PathLike, device: str) -> "Checkpoint":
        return cls(**torch.load(path, map_location=device, weights_only=True))

    def write(self, path: str | PathLike) -> None:
        torch.save(vars(self), path)      # a plain dict, no object of this class

    def apply(self, net: nn.Module, optimizer: torch.optim.Optimizer, device: str) -> None:
        net.load_state_dict(self.net)
        net.to(device)
        optimizer.load_state_dict(self.optimizer)


def save(net: nn.Module, path: str | PathLike) -> None:
    torch.save(net.state_dict(), path)


def load(net: nn.Module, path: str | PathLike, device: str = "cpu") -> nn.Module:
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net.to(device)


def save_checkpoint(path: str | PathLike, net: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    Checkpoint.of(net, optimizer, epoch).write(path)


def load_checkpoint(path: str | PathLike, net: nn.Module, optimizer: torch.optim.Optimizer, device: str = "cpu") -> int:
    point = Checkpoint.read(path, device)
    point.apply(net, optimizer, device)
    return point.epoch
