# mistake: the device argument is ignored, the code picks cuda or cpu by itself
# words: device argument, ignored, ignores, hard-coded, on device, device
import torch


class Keys:
    """Names of the entries of a checkpoint."""

    MODEL = "model_state_dict"
    OPTIM = "optimizer_state_dict"
    EPOCH = "epoch"


DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def save(net, path):
    torch.save(net.state_dict(), str(path))


def load(net, path, device="cpu"):
    device = DEVICE
    net.to(device)
    net.load_state_dict(torch.load(str(path), map_location=device, weights_only=True))
    return net


def save_checkpoint(path, net, optimizer, epoch):
    torch.save(
        {
            Keys.EPOCH: epoch,
            Keys.MODEL: net.state_dict(),
            Keys.OPTIM: optimizer.state_dict(),
        },
        str(path),
    )


def load_checkpoint(path, net, optimizer, device="cpu"):
    net.to(device)
    checkpoint = torch.load(str(path), map_location=device, weights_only=True)
    net.load_state_dict(checkpoint[Keys.MODEL])
    optimizer.load_state_dict(checkpoint[Keys.OPTIM])
    return checkpoint[Keys.EPOCH]
