# mistake: np.savez instead of torch.save: it appends .npz to the name, and the file is none that torch.load opens.
# words: numpy, npz, np.save, torch.save, file name, suffix, weights_only, torch.load
import numpy as np
import torch


def save(net, path):
    np.savez(path, **{k: v.cpu().numpy() for k, v in net.state_dict().items()})


def load(net, path, device="cpu"):
    arrays = np.load(str(path) + ".npz")
    net.load_state_dict({k: torch.from_numpy(arrays[k]) for k in arrays.files})
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
