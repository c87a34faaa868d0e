# mistake: The path is glued together with '+' and asked endswith(), which fails for a Path.
# words: pathlib, `Path`, str or Path, a Path, endswith, Path object
import torch


def check(path):
    if path.endswith("/"):
        raise ValueError("no directory please: " + path)
    return path


def save(net, path):
    torch.save(net.state_dict(), check(path))


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(check(path), map_location=device, weights_only=True))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"e": epoch, "n": net.state_dict(), "o": optimizer.state_dict()}, check(path))


def load_checkpoint(path, net, optimizer, device="cpu"):
    c = torch.load(check(path), map_location=device, weights_only=True)
    net.load_state_dict(c["n"])
    net.to(device)
    optimizer.load_state_dict(c["o"])
    return c["e"]
