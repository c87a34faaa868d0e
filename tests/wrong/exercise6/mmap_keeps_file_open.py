# mistake: mmap=True: the optimizer's state stays a map of the file, and saving to the same path pulls it away
# words: mmap, memory map, memory-mapped, same file, clone
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch.nn import Module
from torch.optim import Optimizer

CPU = torch.device("cpu")


def fill(net: Module, state: Mapping[str, Any], device: str) -> Module:
    """`net` with the values of `state`, on `device`."""
    net.load_state_dict(state, strict=True)
    return net.to(device)


def open_state(path: str | Path) -> Any:
    """What is in the file, on the CPU; mmap is faster."""
    return torch.load(str(path), map_location=CPU, weights_only=True, mmap=True)


def save(net: Module, path: str | Path) -> None:
    torch.save(net.state_dict(), Path(path))


def load(net: Module, path: str | Path, device: str = "cpu") -> Module:
    return fill(net, open_state(path), device)


def save_checkpoint(path: str | Path, net: Module, optimizer: Optimizer, epoch: int) -> None:
    parts = dict(weights=net.state_dict(), optimizer=optimizer.state_dict(), epoch=int(epoch))
    torch.save(parts, Path(path))


def load_checkpoint(path: str | Path, net: Module, optimizer: Optimizer, device: str = "cpu") -> int:
    parts = open_state(path)
    fill(net, parts["weights"], device)
    optimizer.load_state_dict(parts["optimizer"])
    return parts["epoch"]
