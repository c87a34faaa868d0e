from __future__ import annotations
import torch
from torch import nn


class Archive:
    kind = "net"

    def __init__(self, opener=torch.load, writer=torch.save):
        self.opener, self.writer = opener, writer
        self.count = 0

    def write_net(self, net: nn.Module, path) -> None:
        self.count += 1
        self.writer(net.state_dict(), path)

    def read_net(self, net: nn.Module, path, device: str = "cpu") -> nn.Module:
        state = self.opener(path, weights_only=True, map_location=lambda storage, location: storage)
        answer = net.load_state_dict(state, strict=False)
        if answer.missing_keys or answer.unexpected_keys:
            raise RuntimeError(str(answer))
        return net.to(torch.device(device))

    def write_all(self, path, net, optimizer, epoch):
        bundle = {f"net.{k}": v for k, v in net.state_dict().items()}
        bundle["optimizer"] = optimizer.state_dict()
        bundle["epoch"] = epoch
        self.writer(bundle, path)

    def read_all(self, path, net, optimizer, device="cpu"):
        bundle = self.opener(path, weights_only=True, map_location=device)
        epoch = bundle.pop("epoch")
        state = bundle.pop("optimizer")
        net.load_state_dict({k[len("net."):]: v for k, v in bundle.items()})
        net.to(device)
        optimizer.load_state_dict(state)
        return epoch


_archive = Archive()
save = _archive.write_net
load = _archive.read_net
save_checkpoint = _archive.write_all
load_checkpoint = _archive.read_all
