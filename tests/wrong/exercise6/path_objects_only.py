# mistake: path.open() works only for Path objects; a str raises AttributeError.
# words: str or Path, a str, string, `str`, pathlib
import torch


def save(net, path):
    with path.open("wb") as file:
        torch.save(net.state_dict(), file)


def load(net, path, device="cpu"):
    with path.open("rb") as file:
        weights = torch.load(file, map_location=device, weights_only=True)
    net.load_state_dict(weights)
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    with path.open("wb") as file:
        torch.save([epoch, net.state_dict(), optimizer.state_dict()], file)


def load_checkpoint(path, net, optimizer, device="cpu"):
    with path.open("rb") as file:
        epoch, weights, opt = torch.load(file, map_location=device, weights_only=True)
    net.load_state_dict(weights)
    net.to(device)
    optimizer.load_state_dict(opt)
    return epoch
