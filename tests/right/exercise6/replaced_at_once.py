"""Writes beside the target first and renames: a crash half way leaves the older file whole."""
from __future__ import annotations

import os
import tempfile
from pathlib import Path

import torch


def _replace(content: object, path: str | Path) -> None:
    target = Path(path)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            torch.save(content, file)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def save(net, path) -> None:
    _replace(net.state_dict(), path)


def load(net, path, device="cpu"):
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no weights at {path}")
    training = net.training
    net.eval()
    net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    net.train(training)
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch) -> None:
    _replace({"epoch": epoch, "state": {"net": net.state_dict(), "optimizer": optimizer.state_dict()}}, path)


def load_checkpoint(path, net, optimizer, device="cpu") -> int:
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(path)
    content = torch.load(path, map_location="cpu", weights_only=True)
    net.to(device).load_state_dict(content["state"]["net"])
    optimizer.load_state_dict(content["state"]["optimizer"])
    return content["epoch"]
