# mistake: pickle.dump writes the state_dict instead of torch.save: the file does not open with torch.load and weights_only=True.
# words: pickl, torch.save, weights_only, torch.load
import pickle
import torch


def save(net, path):
    with open(path, "wb") as f:
        pickle.dump(net.state_dict(), f)


def load(net, path, device="cpu"):
    with open(path, "rb") as f:
        net.load_state_dict(pickle.load(f))
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
