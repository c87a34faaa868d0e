# mistake: save_checkpoint and load_checkpoint take path as the last argument, not as the first.
# words: argument, order of, signature, first parameter, path comes first
import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net.to(device)


def save_checkpoint(net, optimizer, epoch, path):
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


def load_checkpoint(net, optimizer, path, device="cpu"):
    d = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(d["net"])
    net.to(device)
    optimizer.load_state_dict(d["optimizer"])
    return d["epoch"]
