# mistake: save adds '.pth' to the path, so the file has another name than the one given.
# words: .pth, suffix, file name, extension, whole name, name of the file, no file at, wrote no file
import torch


def save(net, path):
    torch.save(net.state_dict(), f"{path}.pth")


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(f"{path}.pth", map_location=device, weights_only=True))
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
