import os
import torch


class WrongKeys(RuntimeError):
    pass


def _fill(net, values):
    have = net.state_dict()
    missing = [k for k in have if k not in values]
    unexpected = [k for k in values if k not in have]
    if missing or unexpected:
        raise WrongKeys(f"missing {missing}, unexpected {unexpected}")
    with torch.no_grad():
        for name in have:
            if have[name].shape != values[name].shape:
                raise WrongKeys(f"{name} has another shape")
            have[name].copy_(values[name])


def save(net, path):
    """state dict, copied to the cpu first so that it opens everywhere"""
    plain = {}
    for name, value in net.state_dict().items():
        plain[name] = value.detach().cpu().clone()
    torch.save(plain, os.fspath(path))


def load(net, path, device="cpu"):
    if not os.path.exists(path):
        raise FileNotFoundError(f"no file {path}")
    values = torch.load(os.fspath(path), map_location="cpu", weights_only=True)
    net = net.to(device)
    _fill(net, values)
    return net


def save_checkpoint(path, net, optimizer, epoch):
    torch.save(dict(net=net.state_dict(), optimizer=optimizer.state_dict(), epoch=str(epoch)), os.fspath(path))


def load_checkpoint(path, net, optimizer, device="cpu"):
    c = torch.load(os.fspath(path), map_location="cpu", weights_only=True)
    net.to(device)
    _fill(net, c["net"])
    optimizer.load_state_dict(c["optimizer"])
    for state in optimizer.state.values():
        for k, v in state.items():
            if torch.is_tensor(v) and k != "step":
                state[k] = v.to(device)
    return int(c["epoch"])
