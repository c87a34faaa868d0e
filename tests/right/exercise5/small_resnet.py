"""Two residual blocks; strides keep it cheap."""
from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torchvision.datasets import FashionMNIST
from torchvision.transforms import v2

EPOCHS, LEARNING_RATE = 2, 0.003


class Block(nn.Module):
    def __init__(self, cin: int, cout: int) -> None:
        super().__init__()
        self.a = nn.Conv2d(cin, cout, 3, stride=2, padding=1, bias=False)
        self.b = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
        self.na, self.nb = nn.BatchNorm2d(cout), nn.BatchNorm2d(cout)
        self.short = nn.Conv2d(cin, cout, 1, stride=2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.na(self.a(x)))
        return F.relu(self.nb(self.b(y)) + self.short(x))


class NeuralNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList([Block(1, 16), Block(16, 32)])
        self.fc = nn.Linear(32 * 7 * 7, 10)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return self.fc(x.flatten(1))


def make_loaders(root: str | Path, batch_size: int = 128) -> tuple[DataLoader, DataLoader]:
    to_float = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.5], [0.5])])
    train_part, test_part = (FashionMNIST(root, train=t, transform=to_float) for t in (True, False))
    return DataLoader(train_part, batch_size, shuffle=True), DataLoader(test_part, batch_size)


def train(net: nn.Module, loader: DataLoader, epochs: int = 1, lr: float = 0.001, device: str | torch.device = "cpu") -> list[float]:
    net.to(device).train()
    decay = [p for p in net.parameters() if p.ndim > 1]
    rest = [p for p in net.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW([{"params": decay, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}], lr=lr)
    means = []
    for _ in range(epochs):
        total = images_seen = 0
        for images, labels in loader:
            scores = net(images.to(device))
            loss = F.cross_entropy(scores, labels.to(device), label_smoothing=0.05)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            total += loss.item() * labels.numel()
            images_seen += labels.numel()
        means.append(total / images_seen)
    return means


@torch.inference_mode()
def evaluate(net: nn.Module, loader: DataLoader, device: str | torch.device = "cpu") -> float:
    modes = {module: module.training for module in net.modules()}
    net.to(device).eval()
    try:
        right = [(net(x.to(device)).argmax(1) == y.to(device)) for x, y in loader]
    finally:
        for module, mode in modes.items():
            module.training = mode
    return torch.cat(right).double().mean().item()
