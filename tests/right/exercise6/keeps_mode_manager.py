"""Careful: saves in eval mode, but puts every module back as it was."""

from contextlib import contextmanager

import torch


@contextmanager
def mode_kept(net):
    modes = [(m, m.training) for m in net.modules()]
    try:
        yield net
    finally:
        for module, training in modes:
            module.training = training


def save(net, path):
    with mode_kept(net):
        net.eval()
        torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    with mode_kept(net):
        net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
        net.to(device)
        return net


def save_checkpoint(path, net, optimizer, epoch):
    with mode_kept(net):
        torch.save({"n": net.state_dict(), "o": optimizer.state_dict(), "e": epoch}, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    d = torch.load(path, map_location=device, weights_only=True)
    with mode_kept(net):
        net.load_state_dict(d["n"])
        net.to(device)
        optimizer.load_state_dict(d["o"])
    return d["e"]
