# mistake: The weights make a detour through JSON with six decimals: they lose precision, and torch.load cannot open the file.
# words: json, torch.save, precision, round, torch.load, weights_only
import json

import numpy as np
import torch


def save(net, path):
    readable = {k: np.round(v.cpu().numpy().astype(float), 6).tolist() for k, v in net.state_dict().items()}
    with open(path, "w") as f:
        json.dump(readable, f)


def load(net, path, device="cpu"):
    with open(path) as f:
        data = json.load(f)
    net.load_state_dict({k: torch.tensor(v) for k, v in data.items()})
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
