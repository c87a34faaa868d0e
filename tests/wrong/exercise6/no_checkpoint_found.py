# mistake: A missing file is only printed, as in the ImageNet example, and load_checkpoint returns 0 instead of raising FileNotFoundError.
# words: FileNotFoundError, does not exist, no such file, missing file
import os
import torch


def save(net, path):
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
    if os.path.isfile(path):
        print("=> loading checkpoint '{}'".format(path))
        checkpoint = torch.load(path, map_location=device, weights_only=True)
        net.load_state_dict(checkpoint["model_state_dict"])
        net.to(device)
        optimizer.load_state_dict(checkpoint["optimizer_state_dict"])
        return checkpoint["epoch"]
    else:
        print("=> no checkpoint found at '{}'".format(path))
        return 0
