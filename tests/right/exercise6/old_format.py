import torch

print("checkpoint module imported, torch", torch.__version__)


def save(net, path):
    print("saving to", path)
    torch.save(net.state_dict(), path, _use_new_zipfile_serialization=False)


def load(net, path, device="cpu"):
    print("loading from", path)
    to_here = lambda storage, location: storage
    net.load_state_dict(torch.load(path, to_here, weights_only=True))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save(
        dict(net=net.state_dict(), optimizer=optimizer.state_dict(), epoch=torch.tensor(epoch)),
        path,
        _use_new_zipfile_serialization=False,
    )


def load_checkpoint(path, net, optimizer, device="cpu"):
    saved = torch.load(path, lambda storage, location: storage, weights_only=True)
    net.load_state_dict(saved["net"])
    net.to(device)
    optimizer.load_state_dict(saved["optimizer"])
    return saved["epoch"].item()
