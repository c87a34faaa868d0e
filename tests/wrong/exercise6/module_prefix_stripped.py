# mistake: 'module.' is cut out of every key (the DataParallel recipe): a net that has a child named module no longer loads
# words: module., prefix, dataparallel, key, rename
# adapted from the PyTorch recipe "Saving and loading a general checkpoint"
import os

import torch
import torch.nn as nn
import torch.optim as optim


def save(net, path):
    # Specify a path and save
    PATH = os.fspath(path)
    torch.save(net.state_dict(), PATH)


def load(net, path, device="cpu"):
    state_dict = torch.load(os.fspath(path), map_location='cpu', weights_only=True)
    # create new OrderedDict that does not contain `module.`
    new_state_dict = {}
    for k, v in state_dict.items():
        name = k.replace('module.', '')  # remove `module.`
        new_state_dict[name] = v
    net.load_state_dict(new_state_dict)
    net.to(torch.device(device))
    return net


def save_checkpoint(path, net, optimizer, epoch):
    PATH = os.fspath(path)
    torch.save({
        'epoch': epoch,
        'model_state_dict': net.state_dict(),
        'optimizer_state_dict': optimizer.state_dict(),
    }, PATH)


def load_checkpoint(path, net, optimizer, device="cpu"):
    PATH = os.fspath(path)
    checkpoint = torch.load(PATH, map_location=lambda storage, loc: storage, weights_only=True)
    net.load_state_dict(checkpoint['model_state_dict'])
    net.to(torch.device(device))
    optimizer.load_state_dict(checkpoint['optimizer_state_dict'])
    epoch = checkpoint['epoch']
    return epoch
