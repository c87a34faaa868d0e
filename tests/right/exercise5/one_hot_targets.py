# mean loss with torchmetrics.MeanMetric
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchmetrics
from torchvision import datasets
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = 2
LEARNING_RATE = 0.002


class NeuralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Sequential(
            nn.Conv2d(1, 8, kernel_size=5, stride=1, padding=2),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2))
        self.layer2 = nn.Sequential(
            nn.Conv2d(8, 16, kernel_size=5, stride=1, padding=2),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=2, stride=2))
        self.fc = nn.Linear(7*7*16, 10)

    def forward(self, x):
        out = self.layer1(x)
        out = self.layer2(out)
        out = out.reshape(out.size(0), -1)
        out = self.fc(out)
        return out


def _as_dataset(root, train):
    raw = datasets.FashionMNIST(root, train=train)
    x = raw.data.float().unsqueeze(1) * 2 / 255 - 1
    return TensorDataset(x, raw.targets)


def make_loaders(root, batch_size=128):
    train_loader = DataLoader(_as_dataset(root, True), batch_size, shuffle=True)
    test_loader = DataLoader(_as_dataset(root, False), batch_size)
    return train_loader, test_loader


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net = net.to(device).train()
    optimizer = torch.optim.AdamW(net.parameters(), lr=lr, weight_decay=1e-3)
    mean_losses = []
    for _ in range(epochs):
        meter = torchmetrics.MeanMetric().to(device)
        for images, labels in loader:
            optimizer.zero_grad()
            scores = net(images.to(device))
            targets = F.one_hot(labels.to(device), scores.shape[1]).to(scores.dtype)   # the labels as probabilities
            loss = nn.functional.cross_entropy(scores, targets)
            loss.backward()
            optimizer.step()
            meter.update(loss.detach(), weight=len(labels))
        mean_losses.append(meter.compute().item())
    return mean_losses


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
