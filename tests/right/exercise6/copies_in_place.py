"""Fills the net by hand, tensor by tensor, after a check of names and shapes."""

import torch


def copy_into(net, state):
    own = net.state_dict()      # these tensors share their memory with the net
    missing = [k for k in own if k not in state]
    unexpected = [k for k in state if k not in own]
    if missing or unexpected:
        raise RuntimeError("missing keys: %s; unexpected keys: %s" % (missing, unexpected))
    for k, v in own.items():
        if v.shape != state[k].shape:
            raise RuntimeError("size mismatch for %s: %s and %s" % (k, tuple(v.shape), tuple(state[k].shape)))
    with torch.no_grad():
        for k, v in own.items():
            v.copy_(state[k])


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    state = torch.load(path, map_location="cpu", weights_only=True)
    net.to(device)
    copy_into(net, state)
    return net


def save_checkpoint(path, net, optimizer, epoch):
    torch.save((net.state_dict(), optimizer.state_dict(), {"epoch": epoch}), path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    state, opt, info = torch.load(path, map_location="cpu", weights_only=True)
    net.to(device)
    copy_into(net, state)
    optimizer.load_state_dict(opt)
    return info["epoch"]
