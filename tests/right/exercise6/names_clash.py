from functools import partial
from torch import load as torch_load
from torch import save as torch_save

read = partial(torch_load, weights_only=True)


def save(net, path): torch_save(net.state_dict(), path)


def load(net, path, device="cpu"):
    """One expression per line, and as few lines as there can be."""
    net.load_state_dict(read(path, map_location=device))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch): torch_save([net.state_dict(), optimizer.state_dict(), epoch], path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    *states, epoch = read(path, map_location=device)
    for owner, state in zip((net.to(device), optimizer), states): owner.load_state_dict(state)
    return epoch
