"""Short functions, all with hints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor, nn, optim
from torch.utils.data import DataLoader
from torchvision.datasets import FashionMNIST
from torchvision.transforms import Compose, Normalize, ToTensor

Device = torch.device | str
LEARNING_RATE = 2e-3
EPOCHS = 3


def conv(cin: int, cout: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(cin, cout, 3, padding="same"), nn.PReLU(), nn.MaxPool2d(2))


class NeuralNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.add_module("features", nn.Sequential(conv(1, 8), conv(8, 16), conv(16, 32)))   # 28, 14, 7, 3
        self.add_module("scores", nn.Linear(32 * 9, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.scores(self.features(x).flatten(start_dim=1))


def make_loaders(root: str | Path, batch_size: int = 128) -> tuple[DataLoader, DataLoader]:
    transform = Compose([ToTensor(), Normalize(0.5, 0.5)])
    return tuple(
        DataLoader(FashionMNIST(root, train=part, transform=transform), batch_size=batch_size, shuffle=part)
        for part in (True, False)
    )


def batches(loader: DataLoader, device: Device) -> Iterator[tuple[Tensor, Tensor]]:
    for images, labels in loader:
        yield images.to(device), labels.to(device)


def one_epoch(net: nn.Module, loader: DataLoader, optimizer: optim.Optimizer, device: Device) -> float:
    total, count = 0.0, 0
    for images, labels in batches(loader, device):
        optimizer.zero_grad()
        loss: Tensor = nn.CrossEntropyLoss()(net(images), labels)
        loss.backward()
        optimizer.step()
        total, count = total + loss.item() * len(images), count + len(images)
    return total / count


def train(net: nn.Module, loader: DataLoader, epochs: int = 1, lr: float = 0.001, device: Device = "cpu") -> list[float]:
    net.to(device).train()
    optimizer = optim.RAdam(net.parameters(), lr=lr)
    return [one_epoch(net, loader, optimizer, device) for _ in range(epochs)]


def evaluate(net: nn.Module, loader: DataLoader, device: Device = "cpu") -> float:
    before = net.training
    net.to(device).eval()
    try:
        with torch.no_grad():
            pairs = [(int((net(x).argmax(1) == y).sum()), len(y)) for x, y in batches(loader, device)]
    finally:
        net.train(before)
    right, count = map(sum, zip(*pairs))
    return right / count
