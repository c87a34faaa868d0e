import io
import os
from typing import Union

import torch

PathLike = Union[str, "os.PathLike[str]"]


def _write(obj, path: PathLike) -> None:
    buffer = io.BytesIO()
    torch.save(obj, buffer)
    with open(path, "wb") as f:
        f.write(buffer.getvalue())


def _read(path: PathLike, device):
    with open(path, "rb") as f:
        buffer = io.BytesIO(f.read())
    return torch.load(buffer, weights_only=True, map_location=device)


def save(net, path):
    _write(net.state_dict(), path)


def load(net, path, device="cpu"):
    state = _read(path, device)
    net.to(device).load_state_dict(state)
    return net


def save_checkpoint(path, net, optimizer, epoch):
    _write([epoch, net.state_dict(), optimizer.state_dict()], path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    epoch, net_state, optimizer_state = _read(path, device)
    load_into = net.to(device)
    load_into.load_state_dict(net_state)
    optimizer.load_state_dict(optimizer_state)
    return epoch
