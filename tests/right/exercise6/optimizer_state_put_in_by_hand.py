# right: the optimizer's state is stored under the parameters' positions in groups and put into optimizer.state by hand
from __future__ import annotations

import torch
from torch import Tensor


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return net.to(device)


def _settings(group: dict) -> dict:
    return {name: value for name, value in group.items() if name != "params"}


def save_checkpoint(path, net, optimizer, epoch):
    groups = [
        {"settings": _settings(group), "memory": [dict(optimizer.state.get(p, {})) for p in group["params"]]}
        for group in optimizer.param_groups
    ]
    torch.save({"net": net.state_dict(), "groups": groups, "epoch": epoch}, path)


def _to(value, device):
    """Tensors, also those in lists, go to the device; anything else is what it is."""
    if isinstance(value, Tensor):
        return value.to(device)
    if isinstance(value, list):
        return [_to(one, device) for one in value]
    return value


def _place(name: str, value, parameter: Tensor, group: dict):
    """Running averages go where the parameter is; step counters only where torch.optim would keep them there."""
    on_cpu = name == "step" and not (group.get("capturable") or group.get("fused"))
    return value if on_cpu else _to(value, parameter.device)


def load_checkpoint(path, net, optimizer, device="cpu"):
    content = torch.load(path, map_location="cpu", weights_only=True)
    net.load_state_dict(content["net"])
    net.to(device)
    if len(content["groups"]) != len(optimizer.param_groups):
        raise ValueError("the optimizer has another number of groups")
    optimizer.state.clear()
    for group, saved in zip(optimizer.param_groups, content["groups"]):
        if len(group["params"]) != len(saved["memory"]):
            raise ValueError("a group of the optimizer has another length")
        group.update(saved["settings"])
        for parameter, memory in zip(group["params"], saved["memory"]):
            if memory:
                optimizer.state[parameter] = {k: _place(k, v, parameter, group) for k, v in memory.items()}
    return content["epoch"]
