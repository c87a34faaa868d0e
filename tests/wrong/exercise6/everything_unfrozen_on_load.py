# mistake: load_checkpoint sets requires_grad on all parameters: frozen layers are trained after a break
# words: requires_grad, frozen, freeze, unfreezes
from __future__ import annotations

import torch as t


def _write(what, where):
    with open(where, "wb") as f:
        t.save(what, f)


def _read(where):
    with open(where, "rb") as f:
        return t.load(f, map_location=t.device("cpu"), weights_only=True)


def save(net, path):
    _write(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(_read(path))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    _write([net.state_dict(), optimizer.state_dict(), epoch], path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    weights, running, epoch = _read(path)
    net.load_state_dict(weights)
    net.to(device)
    for p in net.parameters():
        p.requires_grad_()  # tensors from a file have no grad, and we want to train on
    optimizer.load_state_dict(running)
    return epoch
