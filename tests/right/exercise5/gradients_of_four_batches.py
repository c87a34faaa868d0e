"""Exercise 5: a convolutional network that recognises pieces of clothing. The task is in README.md."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import FashionMNIST

# The recipe: how often `train` goes over the training images, and its learning rate.
EPOCHS = 4
LEARNING_RATE = 0.004


class NeuralNet(nn.Module):
    """A convolutional network for grey images of 28 by 28 pixels and ten classes."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Return the raw scores of a batch of images.

        Args:
            x: (N, 1, 28, 28) float32.

        Returns:
            (N, 10), one score a class; no softmax.
        """
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)  # (N, 6, 14, 14)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)  # (N, 16, 5, 5)
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        return self.fc3(x)


def make_loaders(root: str | Path, batch_size: int = 128) -> tuple[DataLoader, DataLoader]:
    """Return `(train_loader, test_loader)` over the FashionMNIST that lies at `root`.

    A batch is `(images, labels)`: (batch_size, 1, 28, 28) float32 with pixel p as 2 * p / 255 - 1, and
    (batch_size,) int64.
    """
    to_input = transforms.Compose([transforms.ToTensor(), transforms.Normalize(0.5, 0.5)])
    train_images = FashionMNIST(root, train=True, transform=to_input, download=True)
    test_images = FashionMNIST(root, train=False, transform=to_input, download=True)
    return (
        DataLoader(train_images, batch_size=batch_size, shuffle=True),
        DataLoader(test_images, batch_size=batch_size),
    )


def train(
    net: nn.Module, loader: DataLoader, epochs: int = 1, lr: float = 0.001, device: torch.device | str = "cpu"
) -> list[float]:
    """Train `net` on `device` with `epochs` passes over `loader`; return the mean loss per image of each epoch."""
    net.to(device).train()
    optimizer = torch.optim.Adam(net.parameters(), lr=lr)
    losses = []
    for _ in range(epochs):
        total, count = 0.0, 0
        step = 0
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            loss = F.cross_entropy(net(images), labels)
            (loss / 4).backward()
            step += 1
            if step % 4 == 0 or step == len(loader):
                optimizer.step()
                optimizer.zero_grad()
            # The loss is the mean of its batch, and the last batch may be smaller.
            total += loss.item() * len(labels)
            count += len(labels)
        losses.append(total / count)
    return losses


@torch.no_grad()
def evaluate(net: nn.Module, loader: DataLoader, device: torch.device | str = "cpu") -> float:
    """Return the fraction of the images in `loader` that `net` recognises, 0.0 to 1.0."""
    was_training = net.training
    net.to(device).eval()
    right, count = 0, 0
    for images, labels in loader:
        predicted = net(images.to(device)).argmax(dim=1)
        right += (predicted == labels.to(device)).sum().item()
        count += len(labels)
    net.train(was_training)
    return right / count
