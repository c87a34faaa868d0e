"""The functions of the task are thin; a class does the work, and decorators log the calls."""
import functools
import logging
from dataclasses import dataclass
from pathlib import Path

import torch

log = logging.getLogger(__name__)


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        log.debug("%s", function.__name__)
        return function(*args, **kwargs)

    return wrapper


@dataclass(frozen=True)
class Archive:
    path: Path

    def write(self, **content):
        torch.save(content, self.path)

    def read(self, device):
        return torch.load(self.path, map_location=device, weights_only=True)


@logged
def save(net, path):
    torch.save(net.state_dict(), Path(path))


@logged
def load(net, path, device="cpu"):
    state = Archive(Path(path)).read(device)
    result = net.load_state_dict(state)
    assert not result.missing_keys and not result.unexpected_keys
    return net.to(device)


@logged
def save_checkpoint(path, net, optimizer, epoch):
    Archive(Path(path)).write(net=net.state_dict(), optimizer=optimizer.state_dict(), epoch=epoch, version=1)


@logged
def load_checkpoint(path, net, optimizer, device="cpu"):
    content = Archive(Path(path)).read(device)
    net.load_state_dict(content["net"])
    net.to(device)
    optimizer.load_state_dict(content["optimizer"])
    return content["epoch"]
