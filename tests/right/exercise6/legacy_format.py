import torch
from collections import OrderedDict

OLD = dict(_use_new_zipfile_serialization=False)   # readable by the old torch in our lab


def save(net, path):
    torch.save(net.state_dict(), path, **OLD)

def load(net, path, device='cpu'):
    sd = torch.load(path, weights_only=True, map_location=lambda storage, location: storage)
    net.load_state_dict(sd)
    return net.to(device)

def save_checkpoint(path, net, optimizer, epoch):
    ckpt = OrderedDict()
    ckpt['epoch'] = epoch
    ckpt['net'] = net.state_dict()
    ckpt['optim'] = optimizer.state_dict()
    torch.save(ckpt, path, **OLD)

def load_checkpoint(path, net, optimizer, device='cpu'):
    ckpt = torch.load(path, weights_only=True, map_location=lambda storage, location: storage)
    net.load_state_dict(ckpt['net'])
    net.to(device)
    optimizer.load_state_dict(ckpt['optim'])
    return int(ckpt['epoch'])
