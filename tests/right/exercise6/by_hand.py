"""Copies every tensor by hand instead of calling load_state_dict on the net."""
import torch


def save(net, path):
    state = {name: tensor.detach().cpu().clone() for name, tensor in net.state_dict().items()}
    torch.save(state, str(path))


def _fill(net, state):
    own = net.state_dict()
    missing = own.keys() - state.keys()
    unexpected = state.keys() - own.keys()
    if missing or unexpected:
        raise RuntimeError(f"missing: {sorted(missing)}, unexpected: {sorted(unexpected)}")
    with torch.no_grad():
        for name in own:
            own[name].copy_(state[name])


def load(net, path, device="cpu"):
    state = torch.load(str(path), weights_only=True, map_location="cpu")
    _fill(net, state)
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    net_state = {name: tensor.detach().cpu().clone() for name, tensor in net.state_dict().items()}
    torch.save((net_state, optimizer.state_dict(), epoch), str(path))


def load_checkpoint(path, net, optimizer, device="cpu"):
    net_state, optimizer_state, epoch = torch.load(str(path), weights_only=True, map_location="cpu")
    net.to(device)
    _fill(net, net_state)
    optimizer.load_state_dict(optimizer_state)
    return int(epoch)
