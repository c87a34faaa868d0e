import os

import torch


def save(net, path):
    torch.save(net.state_dict(), os.fspath(path))


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(os.fspath(path), mmap=True, map_location="cpu", weights_only=True))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    everything = {"a": net.state_dict(), "b": optimizer.state_dict(), "c": {"epoch": epoch, "rng": torch.get_rng_state()}}
    torch.save(everything, os.fspath(path))


def load_checkpoint(path, net, optimizer, device="cpu"):
    everything = torch.load(os.fspath(path), mmap=True, map_location="cpu", weights_only=True)
    net.load_state_dict(everything["a"])
    net.to(device)
    optimizer.load_state_dict(everything["b"])
    torch.set_rng_state(everything["c"]["rng"])
    return everything["c"]["epoch"]
