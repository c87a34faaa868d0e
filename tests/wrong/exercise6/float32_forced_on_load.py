# mistake: load_checkpoint forces the net to float32, a float64 net does not stay one
# words: float32, dtype, float64, double, precision
import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"net": net.state_dict(), "opt": optimizer.state_dict(), "epoch": epoch}, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    c = torch.load(path, map_location="cpu", weights_only=True)
    net.load_state_dict(c["net"])
    net.to(device, torch.float32)
    optimizer.load_state_dict(c["opt"])
    return c["epoch"]
