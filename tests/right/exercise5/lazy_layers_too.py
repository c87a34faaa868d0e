import torch
import torch.nn as nn
from torchmetrics.classification import MulticlassAccuracy
from torch.utils.data import DataLoader, TensorDataset
from torchvision import datasets

EPOCHS = 3
# LEARNING_RATE is left out: the default of train


class NeuralNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.LazyConv2d(12, 5, padding=2), nn.GELU(), nn.MaxPool2d(2),
            nn.LazyConv2d(24, 3), nn.GELU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.LazyLinear(100), nn.GELU(), nn.LazyLinear(10),
        )
        with torch.no_grad():
            self.layers(torch.zeros(1, 1, 28, 28))      # the layers find out their sizes

    def forward(self, x):
        return self.layers(x)


def _as_dataset(root, train):
    raw = datasets.FashionMNIST(root, train=train)
    x = raw.data.float().unsqueeze(1) * 2 / 255 - 1
    return TensorDataset(x, raw.targets)


def make_loaders(root, batch_size=128):
    train_loader = DataLoader(_as_dataset(root, True), batch_size, shuffle=True)
    test_loader = DataLoader(_as_dataset(root, False), batch_size)
    return train_loader, test_loader


def train(net, loader, epochs=1, lr=0.001, device="cpu"):
    net.train(True).to(device)
    optimizer = torch.optim.Adam(net.parameters(), lr)
    return [_epoch(net, loader, optimizer, device) for _ in range(epochs)]


def _epoch(net, loader, optimizer, device):
    losses, sizes = [], []
    for x, y in loader:
        net.zero_grad()
        loss = nn.functional.cross_entropy(net(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(len(y))
    return sum(l * s for l, s in zip(losses, sizes)) / sum(sizes)


def evaluate(net, loader, device="cpu"):
    metric = MulticlassAccuracy(num_classes=10, average="micro").to(device)
    mode = net.training
    net.to(device).eval()
    with torch.no_grad():
        for x, y in loader:
            metric.update(net(x.to(device)), y.to(device))
    net.train(mode)
    return float(metric.compute())
