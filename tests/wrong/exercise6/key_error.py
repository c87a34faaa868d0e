# mistake: The values are copied key by key: an unexpected key raises KeyError instead of RuntimeError, a missing one nothing at all.
# words: KeyError, RuntimeError, missing key, unexpected key, missing or unexpected, strict
import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    new = torch.load(path, map_location=device, weights_only=True)
    net.to(device)
    own = net.state_dict()
    for key in new:
        own[key].copy_(new[key])
    return net


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({
        "epoch": epoch,
        "model_state_dict": net.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
    }, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    checkpoint = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(checkpoint["model_state_dict"])
    net.to(device)
    optimizer.load_state_dict(checkpoint["optimizer_state_dict"])
    return checkpoint["epoch"]
