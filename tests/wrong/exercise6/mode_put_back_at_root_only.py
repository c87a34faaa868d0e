# mistake: the mode is remembered of the root alone; net.train(mode) then overwrites that of all submodules
# words: submodule, eval mode, train mode, mode of the, recursive
"""Exercise 6: save a net, load it again, and go on with training as if it had never stopped."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import torch
from torch import nn


@contextmanager
def quiet(net: nn.Module):
    """Inside of this block the net is in eval mode, after it again as before."""
    mode = net.training
    net.eval()
    yield net
    net.train(mode)


def save(net: nn.Module, path: str | Path) -> None:
    """Write the `state_dict` of `net` to `path`, and nothing else; `net` stays as it is."""
    state = net.state_dict()
    torch.save(state, path)


def load(net: nn.Module, path: str | Path, device: str = "cpu") -> nn.Module:
    """Fill `net` from a file that `save` wrote and return it, on `device`, in the mode it was in."""
    with quiet(net):
        net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        net.to(device)
    return net


def save_checkpoint(path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    """Write to `path` all that training needs to go on."""
    checkpoint = {
        "net": net.state_dict(),
        "optimizer": optimizer.state_dict(),
        "epoch": epoch,
    }
    torch.save(checkpoint, path)


def load_checkpoint(path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer, device: str = "cpu") -> int:
    """Fill `net` and `optimizer` from a file that `save_checkpoint` wrote and return its epoch."""
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    net.load_state_dict(checkpoint["net"])
    # first the net, then the optimizer: it follows its parameters
    net.to(device)
    optimizer.load_state_dict(checkpoint["optimizer"])
    return checkpoint["epoch"]
