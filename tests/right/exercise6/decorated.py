import functools
import pathlib
import warnings
import torch


def takes_path(position):
    def wrap(f):
        @functools.wraps(f)
        def inner(*args, **kwargs):
            args = list(args)
            if len(args) > position:
                args[position] = pathlib.Path(args[position])
            elif "path" in kwargs:
                kwargs["path"] = pathlib.Path(kwargs["path"])
            print(f"{f.__name__} called")
            return f(*args, **kwargs)
        return inner
    return wrap


@takes_path(1)
def save(net, path, verbose=True):
    if not path.suffix:
        warnings.warn("a suffix would be nice")
    with path.open("wb") as handle:
        torch.save(net.state_dict(), handle)
    return path


@takes_path(1)
def load(net, path, device="cpu", strict=True):
    with path.open("rb") as handle:
        weights = torch.load(handle, map_location=device, weights_only=True)
    net.load_state_dict(weights, strict=strict)
    net.to(device)
    return net


@takes_path(0)
def save_checkpoint(path, net, optimizer, epoch, **extra):
    with path.open("wb") as handle:
        torch.save({"model": net.state_dict(), "optim": optimizer.state_dict(), "epoch": epoch, "extra": extra}, handle)
    return path


@takes_path(0)
def load_checkpoint(path, net, optimizer, device="cpu"):
    with path.open("rb") as handle:
        got = torch.load(handle, map_location=device, weights_only=True)
    net.to(device).load_state_dict(got["model"])
    optimizer.load_state_dict(got["optim"])
    return got["epoch"]
