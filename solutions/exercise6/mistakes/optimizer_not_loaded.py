import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    state = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(state)
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    ckpt = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(ckpt["net"])
    net.to(device)
    # make an optimizer of the same kind for the loaded net
    optimizer = type(optimizer)(net.parameters(), lr=optimizer.param_groups[0]["lr"])
    optimizer.load_state_dict(ckpt["optimizer"]) if len(optimizer.param_groups) == len(
        ckpt["optimizer"]["param_groups"]
    ) else None
    return ckpt["epoch"]
