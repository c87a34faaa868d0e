import os

import torch


class KeyMismatch(RuntimeError):
    """The file and the net do not have the same keys."""


def _fill(net, state, device):
    want, have = set(net.state_dict()), set(state)
    if want - have or have - want:
        raise KeyMismatch(f"missing: {sorted(want - have)}, unexpected: {sorted(have - want)}")
    net.load_state_dict(state, strict=True)
    net.to(device)
    return net


def _open(path, device):
    if not os.path.exists(path):
        raise FileNotFoundError(f"there is no file {os.fspath(path)!r}")
    return torch.load(path, map_location=device, weights_only=True)


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    return _fill(net, _open(path, device), device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"epoch": epoch, "net": net.state_dict(), "optimizer": optimizer.state_dict()}, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    stored = _open(path, device)
    _fill(net, stored["net"], device)
    optimizer.load_state_dict(stored["optimizer"])
    return stored["epoch"]
