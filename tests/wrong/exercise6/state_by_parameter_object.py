# mistake: optimizer.state is saved, whose keys are the parameter objects: in the new process they belong to no parameter of the net.
# words: optimizer.state, state_dict, momentum, optimizer state, parameter objects, keys, state of the optimizer
import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"net": net.state_dict(), "opt": dict(optimizer.state), "epoch": epoch}, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    d = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(d["net"])
    net.to(device)
    optimizer.state.update(d["opt"])
    return d["epoch"]
