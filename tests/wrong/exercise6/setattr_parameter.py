# mistake: load replaces the parameters by new nn.Parameter objects with setattr, so an optimizer made before loses them.
# words: new parameter, own parameters, optimizer made before, same parameters, replaced, nn.Parameter, setattr
"""Exercise 6: save a net, load it again, and go on with training as if it had never stopped."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn


def save(net: nn.Module, path: str | Path) -> None:
    """Write the `state_dict` of `net` to `path`."""
    state = net.state_dict()
    torch.save(state, path)


def load(net, path, device="cpu"):
    values = torch.load(path, map_location=device, weights_only=True)
    if values.keys() != net.state_dict().keys():
        raise RuntimeError("missing or unexpected keys: %s" % (values.keys() ^ net.state_dict().keys()))
    trainable = {n for n, _ in net.named_parameters()}
    for key, value in values.items():
        where, _, name = key.rpartition(".")
        owner = net.get_submodule(where)
        if key in trainable:
            setattr(owner, name, nn.Parameter(value))
        else:
            getattr(owner, name).copy_(value)
    return net.to(device)


def save_checkpoint(path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer, epoch: int) -> None:
    state = {'net': net.state_dict(), 'opt': optimizer.state_dict(), 'epoch': int(epoch)}
    torch.save(state, path)


def load_checkpoint(path: str | Path, net: nn.Module, optimizer: torch.optim.Optimizer, device: str = "cpu") -> int:
    state = torch.load(path, map_location=device, weights_only=True)
    net.to(device)
    net.load_state_dict(state['net'])
    optimizer.load_state_dict(state['opt'])
    return state['epoch']
