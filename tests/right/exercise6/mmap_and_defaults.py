# torch >= 2.6: weights_only=True is the default of torch.load
import os
import torch


def save(net, path):
    torch.save(obj=net.state_dict(), f=os.fspath(path))


def load(net, path, device="cpu"):
    # mmap: the file is read piece by piece while it is copied into the net
    net.load_state_dict(torch.load(os.fspath(path), map_location="cpu", mmap=True))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    pairs = [("net", net.state_dict()), ("optimizer", optimizer.state_dict()), ("epoch", epoch)]
    torch.save(pairs, os.fspath(path))


def load_checkpoint(path, net, optimizer, device="cpu"):
    found = dict(torch.load(os.fspath(path), map_location=device))
    net.load_state_dict(found["net"])
    net.to(device)
    optimizer.load_state_dict(found["optimizer"])
    return found["epoch"]
