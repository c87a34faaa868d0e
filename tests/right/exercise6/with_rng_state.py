# Keeps the random numbers too, so that dropout goes on as well.
import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    weights = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(weights)
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    snapshot = {
        "epoch": epoch,
        "net": net.state_dict(),
        "optimizer": optimizer.state_dict(),
        "rng": torch.get_rng_state(),
        "torch": str(torch.__version__),
    }
    torch.save(snapshot, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    snapshot = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(snapshot["net"])
    net.to(device)
    optimizer.load_state_dict(snapshot["optimizer"])
    torch.set_rng_state(snapshot["rng"].cpu())
    return snapshot["epoch"]
