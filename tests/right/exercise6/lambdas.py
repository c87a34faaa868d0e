import torch

_get = lambda path, device: torch.load(path, map_location=device, weights_only=True)

save = lambda net, path: torch.save(net.state_dict(), path)

load = lambda net, path, device="cpu": (net.load_state_dict(_get(path, device)), net.to(device))[1]

save_checkpoint = lambda path, net, optimizer, epoch: torch.save(
    [epoch] + [thing.state_dict() for thing in (net, optimizer)], path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    epoch, *states = _get(path, device)
    net.to(device)
    for thing, state in zip((net, optimizer), states):
        thing.load_state_dict(state)
    return epoch
