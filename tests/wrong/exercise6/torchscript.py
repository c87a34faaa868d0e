# mistake: The net is saved as TorchScript, which is the module itself, not its state_dict.
# words: torchscript, jit, state_dict, state dict, whole module, weights_only
import torch


def save(net, path):
    scripted = torch.jit.script(net)
    scripted.save(str(path))


def load(net, path, device="cpu"):
    scripted = torch.jit.load(str(path), map_location=device)
    net.load_state_dict(scripted.state_dict())
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
