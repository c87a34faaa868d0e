import torch


def save(net, path):
    # collect all the weights by name
    weights = {}
    for name, p in net.named_parameters():
        weights[name] = p.detach().cpu()
    torch.save(weights, path)


def load(net, path, device="cpu"):
    weights = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(weights, strict=False)
    net.to(device)
    return net


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    checkpoint = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(checkpoint["net"])
    net.to(device)
    optimizer.load_state_dict(checkpoint["optimizer"])
    return checkpoint["epoch"]
