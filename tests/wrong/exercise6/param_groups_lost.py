# mistake: Only the 'state' of the optimizer is kept, not its param_groups: a learning rate changed by a schedule is lost.
# words: param_groups, learning rate, param group, hyperparameter
import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({
        "epoch": epoch,
        "net": net.state_dict(),
        "moments": optimizer.state_dict()["state"],   # lr etc. are given to the constructor anyway
    }, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    d = torch.load(path, map_location=device, weights_only=True)
    net.to(device)
    net.load_state_dict(d["net"])
    groups = optimizer.state_dict()["param_groups"]
    optimizer.load_state_dict({"state": d["moments"], "param_groups": groups})
    return d["epoch"]
