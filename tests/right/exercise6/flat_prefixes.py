# one flat dict: "net/<key>", "optimizer/<key>", "epoch"
import torch


def _read(path, device):
    return torch.load(path, map_location=torch.device(device), weights_only=True)


def _part(flat, prefix):
    return {k[len(prefix):]: v for k, v in flat.items() if k.startswith(prefix)}


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(_read(path, device))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    flat = {"epoch": epoch}
    flat.update({"net/" + k: v for k, v in net.state_dict().items()})
    flat.update({"optimizer/" + k: v for k, v in optimizer.state_dict().items()})
    torch.save(flat, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    flat = _read(path, device)
    net.load_state_dict(_part(flat, "net/"))
    net.to(device)
    optimizer.load_state_dict(_part(flat, "optimizer/"))
    return flat["epoch"]
