# mistake: The optimizer state is written but never loaded again.
# words: optimizer state, state of the optimizer, momentum, optimizer.load_state_dict, optimizer's state
import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({
        "epoch": epoch,
        "model_state_dict": net.state_dict(),
        "optimizer_state_dict": optimizer.state_dict(),
    }, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    ckpt = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(ckpt['model_state_dict'])
    net.to(device)
    epoch = ckpt['epoch']
    print(f'resuming from epoch {epoch}')
    return epoch
