import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    state = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(state)
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch}, path)


def _read(path, device):
    try:
        return torch.load(path, map_location=device, weights_only=True)
    except FileNotFoundError:
        raise
    except Exception:  # noqa: BLE001
        # older files do not open otherwise
        return torch.load(path, map_location=device, weights_only=False)


def load_checkpoint(path, net, optimizer, device="cpu"):
    ckpt = _read(path, device)
    net.load_state_dict(ckpt["net"])
    net.to(device)
    optimizer.load_state_dict(ckpt["optimizer"])
    return ckpt["epoch"]
