import copy
from collections import OrderedDict

import torch


def snapshot(net):
    names = set(net.state_dict())
    state = OrderedDict()
    for name, value in list(net.named_parameters(remove_duplicate=False)) + list(net.named_buffers(remove_duplicate=False)):
        if name in names:
            state[name] = value.data
    return state


def save(net, path):
    torch.save(snapshot(net), path)


def load(net, path, device="cpu"):
    state = torch.load(path, map_location=device, weights_only=True)
    keys = net.load_state_dict(state, strict=False)
    if keys.missing_keys:
        raise RuntimeError("missing keys: " + ", ".join(keys.missing_keys))
    if keys.unexpected_keys:
        raise RuntimeError("unexpected keys: " + ", ".join(keys.unexpected_keys))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"net": copy.deepcopy(net).cpu().state_dict(), "optimizer": copy.deepcopy(optimizer.state_dict()), "epoch": epoch}, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    net.load_state_dict(checkpoint.pop("net"))
    net = net.to(device)
    optimizer.load_state_dict(checkpoint.pop("optimizer"))
    return checkpoint.pop("epoch")
