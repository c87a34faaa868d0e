"""Save and load."""
import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    net.to(device)
    return net


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"model_state_dict": net.state_dict(), "optimizer_state_dict": optimizer.state_dict(), "epoch": epoch}, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    ckpt = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(ckpt["model_state_dict"])
    net.to(device)
    optimizer.load_state_dict(ckpt["optimizer_state_dict"])
    return ckpt["epoch"]
