# mistake: The checkpoint holds only the net and the epoch; the optimizer state is forgotten.
# words: optimizer state, state of the optimizer, momentum, optimizer.state_dict, optimizer's state
import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"epoch": epoch, "model": net.state_dict()}, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    data = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(data["model"])
    net.to(device)
    return data["epoch"]
