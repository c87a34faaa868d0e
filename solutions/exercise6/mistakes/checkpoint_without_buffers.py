import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    state = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(state)
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    params = {name: p.data for name, p in net.named_parameters()}
    torch.save((params, optimizer.state_dict(), epoch), path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    params, optimizer_state, epoch = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(params)
    net.to(device)
    optimizer.load_state_dict(optimizer_state)
    return epoch
