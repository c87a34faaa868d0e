import torch
from torch.nn import Module
from os import PathLike
from typing import Union

Where = Union[str, PathLike]

def save(net: Module, path: Where) -> None:
    try:
        torch.save(net.state_dict(), path)
    except OSError as e:
        raise OSError(f"could not write {path}") from e

def load(net: Module, path: Where, device: str = "cpu") -> Module:
    try:
        f = open(path, "rb")
    except FileNotFoundError:
        print("No such file!")
        raise
    else:
        with f:
            state = torch.load(f, map_location=device, weights_only=True)
    try:
        net.load_state_dict(state)
    except RuntimeError as e:
        raise RuntimeError("the file does not fit the net: " + str(e)[:100])
    return net.to(device)

def save_checkpoint(path: Where, net: Module, optimizer, epoch: int) -> None:
    opt = optimizer.state_dict()
    torch.save({**{"param:" + k: v for k, v in net.state_dict().items()}, "optimizer.state": opt["state"],
                "optimizer.param_groups": opt["param_groups"], "meta": [epoch, epoch + 1]}, path)

def load_checkpoint(path: Where, net: Module, optimizer, device: str = "cpu") -> int:
    with open(path, "rb") as f:
        d = torch.load(f, map_location=device, weights_only=True)
    net.to(device)
    net.load_state_dict({k.removeprefix("param:"): v for k, v in d.items() if k.startswith("param:")})
    optimizer.load_state_dict({k.split(".")[1]: v for k, v in d.items() if k.startswith("optimizer.")})
    return d["meta"][0]
