"""The optimizer's state dict is written in two pieces and put together again. Type hints everywhere."""

from __future__ import annotations

import pathlib
from typing import Any, TypeVar, Union

import torch

PathT = Union[str, pathlib.Path]
Net = TypeVar("Net", bound=torch.nn.Module)


def save(net: torch.nn.Module, path: PathT) -> None:
    torch.save(net.state_dict(), path)


def load(net: Net, path: PathT, device: str = "cpu") -> Net:
    net.to(device)
    result = net.load_state_dict(torch.load(path, map_location=device, weights_only=True), strict=False)
    if result.missing_keys or result.unexpected_keys:
        raise RuntimeError(f"missing {result.missing_keys}, unexpected {result.unexpected_keys}")
    return net


def save_checkpoint(path: PathT, net: torch.nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    opt = optimizer.state_dict()
    content: dict[str, Any] = {"weights": net.state_dict(), "done": epoch, "groups": opt["param_groups"], "moments": opt["state"]}
    torch.save(content, path)


def load_checkpoint(path: PathT, net: torch.nn.Module, optimizer: torch.optim.Optimizer, device: str = "cpu") -> int:
    content = torch.load(path, map_location=device, weights_only=True)
    net.to(device)
    net.load_state_dict(content["weights"])
    optimizer.load_state_dict({"state": content["moments"], "param_groups": content["groups"]})
    return content["done"]
