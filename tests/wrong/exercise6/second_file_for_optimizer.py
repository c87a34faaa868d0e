# mistake: The optimizer state goes to a second file beside path.
# words: second file, another file, other file, nothing but, extra file, one file, only path, more than one
import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"epoch": epoch, "net": net.state_dict()}, path)
    torch.save(optimizer.state_dict(), str(path) + ".optim")


def load_checkpoint(path, net, optimizer, device="cpu"):
    d = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(d["net"])
    net.to(device)
    optimizer.load_state_dict(torch.load(str(path) + ".optim", map_location=device, weights_only=True))
    return d["epoch"]
