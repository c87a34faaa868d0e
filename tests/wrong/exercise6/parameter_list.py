# mistake: The checkpoint stores the parameters as a list without names: buffers are lost and missing or unexpected keys are not noticed.
# words: buffer, running statistics, state_dict, names, missing key, unexpected key, keys, batch norm
import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    params = [p.detach().clone() for p in net.parameters()]
    torch.save((epoch, params, optimizer.state_dict()), path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    epoch, params, opt = torch.load(path, map_location=device, weights_only=True)
    net.to(device)
    with torch.no_grad():
        for p, q in zip(net.parameters(), params):
            p.copy_(q)
    optimizer.load_state_dict(opt)
    return epoch
