import io
import pathlib

import torch


def _to_bytes(thing) -> bytes:
    buffer = io.BytesIO()
    torch.save(thing, buffer)
    return buffer.getvalue()


def _from_bytes(path, device):
    data = pathlib.Path(path).read_bytes()      # FileNotFoundError comes from here
    return torch.load(io.BytesIO(data), map_location=device, weights_only=True)


def save(net, path):
    pathlib.Path(path).write_bytes(_to_bytes(net.state_dict()))


def load(net, path, device="cpu"):
    net.load_state_dict(_from_bytes(path, device))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    pathlib.Path(path).write_bytes(_to_bytes([net.state_dict(), optimizer.state_dict(), epoch]))


def load_checkpoint(path, net, optimizer, device="cpu"):
    parts = _from_bytes(path, device)
    net.load_state_dict(parts[0])
    net.to(device)
    optimizer.load_state_dict(parts[1])
    return parts[2]
