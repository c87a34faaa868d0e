# mistake: save writes the keys with the prefix 'module.', as DataParallel has them; the file is not the net's state_dict.
# words: prefix, module., keys, state_dict, names
import torch


PREFIX = "module."


def save(net, path):
    torch.save({PREFIX + key: value for key, value in net.state_dict().items()}, path)


def load(net, path, device="cpu"):
    saved = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict({key[len(PREFIX):]: value for key, value in saved.items()})
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
