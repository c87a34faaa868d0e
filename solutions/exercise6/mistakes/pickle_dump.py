import pickle

import torch


def save(net, path):
    with open(path, "wb") as file:
        pickle.dump(net.state_dict(), file)


def load(net, path, device="cpu"):
    with open(path, "rb") as file:
        state_dict = pickle.load(file)
    net.load_state_dict(state_dict)
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    checkpoint = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(checkpoint["net"])
    net.to(device)
    optimizer.load_state_dict(checkpoint["optimizer"])
    return checkpoint["epoch"]
