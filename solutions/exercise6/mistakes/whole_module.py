from __future__ import annotations

from pathlib import Path

import torch
from torch import nn


def save(net: nn.Module, path: str | Path) -> None:
    """Save the model."""
    torch.save(net, path)


def load(net: nn.Module, path: str | Path, device: str = "cpu") -> nn.Module:
    saved = torch.load(path, map_location=device, weights_only=False)
    if isinstance(saved, nn.Module):
        saved = saved.state_dict()
    net.load_state_dict(saved)
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    checkpoint = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(checkpoint["net"])
    net.to(device)
    optimizer.load_state_dict(checkpoint["optimizer"])
    return checkpoint["epoch"]
