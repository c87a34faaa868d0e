# mistake: The optimizer is given only the parameters of the last layer; the rest of the net is never trained.
# words: net.parameters, all parameters, last layer, some parameters, every parameter, parameters(), not all of, only some
# -*- coding: utf-8 -*-
# Abgabe Uebung 5
import torch
import torch.nn as nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

EPOCHS = 4
LEARNING_RATE = 0.002


class NeuralNet(nn.Module):

    def __init__(self):
        super(NeuralNet, self).__init__()
        self.conv1 = nn.Conv2d(in_channels=1, out_channels=16, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(in_channels=16, out_channels=32, kernel_size=3, padding=1)
        self.pool  = nn.MaxPool2d(2, 2)
        self.drop  = nn.Dropout(p=0.25)
        self.fc1   = nn.Linear(32 * 7 * 7, 128)
        self.out   = nn.Linear(128, 10)

    def forward(self, t):
        # (1) conv layer
        t = self.pool(torch.relu(self.conv1(t)))
        # (2) conv layer
        t = self.pool(torch.relu(self.conv2(t)))
        # (3) dense
        t = t.view(t.size(0), -1)
        t = self.drop(torch.relu(self.fc1(t)))
        # (4) output
        return self.out(t)


def make_loaders(root, batch_size=128):
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    train_set = datasets.FashionMNIST(root, train=True, download=False, transform=transform)
    test_set = datasets.FashionMNIST(root, train=False, download=False, transform=transform)
    return (
        DataLoader(train_set, batch_size=batch_size, shuffle=True),
        DataLoader(test_set, batch_size=batch_size, shuffle=False),
    )


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net.to(device)
    net.train()
    # fine tuning: only the classifier
    params = list(net.parameters())[-2:]
    optimizer = torch.optim.Adam(params, lr=lr)
    lossfn = torch.nn.CrossEntropyLoss()
    loss_per_epoch = []
    for epoch in range(epochs):
        s = c = 0
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            net.zero_grad()
            loss = lossfn(net(x), y)
            loss.backward()
            optimizer.step()
            s += loss.item() * len(x)
            c += len(x)
        loss_per_epoch.append(s / c)
    return loss_per_epoch


def evaluate(net, loader, device="cpu"):
    was_training = net.training
    net.to(device)
    net.eval()
    correct = 0
    total = 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            predicted = net(images).argmax(dim=1)
            correct += (predicted == labels).sum().item()
            total += labels.size(0)
    net.train(was_training)
    return correct / total
