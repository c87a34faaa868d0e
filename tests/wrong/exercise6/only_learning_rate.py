# mistake: Of the optimizer only the learning rate is saved; momentum and Adam state are lost.
# words: optimizer state, momentum, state of the optimizer, optimizer.state_dict, adam, optimizer's state
import torch


def save(net, path):
    torch.save(net.state_dict(), path)


def load(net, path, device="cpu"):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    return net.to(device)


def save_checkpoint(path, net, optimizer, epoch):
    torch.save({'epoch': epoch, 'state_dict': net.state_dict(), 'lr': optimizer.param_groups[0]['lr']}, path)


def load_checkpoint(path, net, optimizer, device="cpu"):
    c = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(c['state_dict'])
    net.to(device)
    for g in optimizer.param_groups:
        g['lr'] = c['lr']
    return c['epoch']
