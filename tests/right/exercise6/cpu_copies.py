"""Tensors are copied to the CPU before they are written, so that the file never mentions a GPU."""

import torch


def to_cpu(x):
    if torch.is_tensor(x):
        return x.detach().to("cpu", copy=True)
    if isinstance(x, dict):
        return {k: to_cpu(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(to_cpu(v) for v in x)
    return x


def net_state(net):
    state = net.state_dict()        # a fresh dict; it keeps its _metadata
    for key in list(state):
        state[key] = to_cpu(state[key])
    return state


def save(net, path):
    torch.save(net_state(net), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    net.to(device)
    return net


def save_checkpoint(path, net, optimizer, epoch):
    torch.save(dict(net=net_state(net), optimizer=to_cpu(optimizer.state_dict()), epoch=epoch), path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    everything = torch.load(path, map_location="cpu", weights_only=True)
    net.load_state_dict(everything["net"])
    net.to(device)
    optimizer.load_state_dict(everything["optimizer"])  # moves its tensors to where the parameters are
    return everything["epoch"]
