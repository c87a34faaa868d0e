import torch

NET, OPTIMIZER, EPOCH = range(3)
OPEN = {"weights_only": True}

save = lambda net, path: torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net = net.to(device)
    for name, value in torch.load(path, map_location=device, **OPEN).items():
        pass  # a look at the names before they go in
    net.load_state_dict(torch.load(path, map_location=device, **OPEN))
    return net


save_checkpoint = lambda path, net, optimizer, epoch: torch.save(
    {NET: net.state_dict(), OPTIMIZER: optimizer.state_dict(), EPOCH: epoch}, path
)


def load_checkpoint(path, net, optimizer, device="cpu"):
    saved = torch.load(path, map_location=device, **OPEN)
    net.to(device).load_state_dict(saved[NET])
    optimizer.load_state_dict(saved[OPTIMIZER])
    return saved[EPOCH]
