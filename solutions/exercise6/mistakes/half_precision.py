"""Save and load."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn


def save(net: nn.Module, path: str | Path) -> None:
    """Write the state_dict."""
    state = {k: v.half() for k, v in net.state_dict().items()}
    torch.save(state, path)


def load(net: nn.Module, path: str | Path, device: str = "cpu") -> nn.Module:
    state = torch.load(path, map_location=torch.device(device), weights_only=True)
    net.load_state_dict(state)
    return net.to(device)


def save_checkpoint(path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    checkpoint = {
        "model_state_dict": net.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
        "epoch": epoch,
    }
    torch.save(checkpoint, path)


def load_checkpoint(path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer, device: str = "cpu") -> int:
    checkpoint = torch.load(path, map_location=torch.device(device), weights_only=True)
    net.to(device)
    net.load_state_dict(checkpoint["model_state_dict"])
    optimizer.load_state_dict(checkpoint["optimizer_state_dict"])
    return checkpoint["epoch"]
