import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    state = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(state)
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"net": net.state_dict(), "epoch": epoch}, path)
    torch.save(optimizer.state_dict(), f"{path}.optimizer")


def load_checkpoint(path, net, optimizer, device="cpu"):
    checkpoint = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(checkpoint["net"])
    net.to(device)
    optimizer.load_state_dict(torch.load(f"{path}.optimizer", map_location=device, weights_only=True))
    return checkpoint["epoch"]
