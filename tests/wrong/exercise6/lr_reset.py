# mistake: After loading, the learning rate of all groups is set back to 0.01: what the schedule had reached is lost.
# words: learning rate, param_groups, `lr`, lr=
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
    checkpoint = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(checkpoint["model_state_dict"])
    net.to(device)
    optimizer.load_state_dict(checkpoint["optimizer_state_dict"])
    for group in optimizer.param_groups:
        group["lr"] = 0.01
    return checkpoint["epoch"]
