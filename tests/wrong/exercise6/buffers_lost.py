# mistake: Only named_parameters() are written: the buffers, such as the running statistics of batch norm, are lost.
# words: buffer, running statistics, running_mean, batch norm, state_dict, named_parameters
import torch


def save(net, path):
    torch.save({name: p.data for name, p in net.named_parameters()}, path)


def load(net, path, device="cpu"):
    weights = torch.load(path, map_location=device, weights_only=True)
    own = dict(net.named_parameters())
    if set(weights) != set(own):
        raise RuntimeError("keys do not match")
    with torch.no_grad():
        for name, value in weights.items():
            own[name].copy_(value)
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
