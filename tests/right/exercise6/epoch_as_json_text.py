# right: a checkpoint with a JSON header (a str) for the plain values; generator-based context manager for reading
import contextlib
import json
import os

import torch


@contextlib.contextmanager
def opened(path):
    with open(os.fspath(path), "rb") as handle:
        yield torch.load(handle, map_location="cpu", weights_only=True)


def save(net, path):
    with open(os.fspath(path), "wb") as handle:
        torch.save(net.state_dict(), handle)
        handle.flush()
        os.fsync(handle.fileno())


def load(net, path, device="cpu"):
    with opened(path) as state, torch.no_grad():
        net.load_state_dict(state)
        return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    header = json.dumps({"epoch": epoch, "net": type(net).__name__, "optimizer": type(optimizer).__name__})
    with open(os.fspath(path), "wb") as handle:
        torch.save({"header": header, "tensors": [net.state_dict(), optimizer.state_dict()]}, handle)


def load_checkpoint(path, net, optimizer, device="cpu"):
    with opened(path) as content:
        header = json.loads(content["header"])
        for thing, state in zip((net, optimizer), content["tensors"]):
            thing.load_state_dict(state)
            net.to(device)  # before it is the optimizer's turn
    return header["epoch"]
