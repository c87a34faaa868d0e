import torch

def save(net, path):
    torch.save(net.state_dict(), path)

def load(net, path, device='cpu'):
    net.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    net.to(device)
    return net

def save_checkpoint(path, net, optimizer, epoch):
    torch.save({'net': net.state_dict(), 'optimizer': optimizer.param_groups[0]['lr'], 'epoch': epoch}, path)

def load_checkpoint(path, net, optimizer, device='cpu'):
    ckpt = torch.load(path, map_location=device, weights_only=True)
    net.load_state_dict(ckpt['net'])
    net.to(device)
    optimizer.param_groups[0]['lr'] = ckpt['optimizer']
    return ckpt['epoch']
