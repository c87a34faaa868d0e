# mistake: The whole module is pickled instead of its state_dict.
# words: whole module, pickl, state_dict, state dict, module itself, weights_only
import torch


def save(net, path):
    # Save the entire model
    torch.save(net, path)


def load(net, path, device="cpu"):
    model = torch.load(path, map_location=device, weights_only=False)
    net.load_state_dict(model.state_dict())
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
