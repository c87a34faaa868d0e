# mistake: 2 * p is computed in uint8 and overflows for every pixel above 127, before it is divided by 255.
# words: uint8, overflow, pixel, 2 * p / 255, normalis, normaliz, float
# -*- coding: utf-8 -*-
# Abgabe Uebung 5
import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision import datasets
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = 5
LEARNING_RATE = 0.01


class NeuralNet(nn.Module):
    """LeNet, two halves."""

    def __init__(self):
        super(NeuralNet, self).__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, kernel_size=5), nn.ReLU(), nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(400, 120), nn.ReLU(),
            nn.Linear(120, 84), nn.ReLU(),
            nn.Linear(84, 10),
        )

    def forward(self, x):
        return self.classifier(self.features(x))


def make_loaders(root, batch_size=128):
    def prepare(train):
        d = datasets.FashionMNIST(root, train=train)
        images = 2 * d.data / 255 - 1            # exactly the formula of the task
        return TensorDataset(images.unsqueeze(1), d.targets)

    return (DataLoader(prepare(True), batch_size=batch_size, shuffle=True),
            DataLoader(prepare(False), batch_size=batch_size))


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net = net.to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=0.9)
    history = []
    for epoch in range(1, epochs + 1):
        net.train()
        total = 0.0
        seen = 0
        for X, y in loader:
            X = X.to(device)
            y = y.to(device)

            pred = net(X)
            loss = F.cross_entropy(pred, y)

            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

            total += loss.item() * y.size(0)
            seen += y.size(0)
        print(f"epoch {epoch}: loss {total / seen:.4f}")
        history.append(total / seen)
    return history


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


if __name__ == "__main__":
    train_loader, test_loader = make_loaders("../data")
    net = NeuralNet()
    print(train(net, train_loader, EPOCHS, LEARNING_RATE))
    print(evaluate(net, test_loader))
