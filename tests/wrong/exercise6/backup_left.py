# mistake: The old file is renamed to .bak before saving: an extra file is left beside path.
# words: .bak, backup, extra file, another file, other file, nothing but, second file
import os
import torch


def save(net, path):
    if os.path.exists(path):
        os.replace(path, str(path) + ".bak")     # never lose a good model
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net.to(device)


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
