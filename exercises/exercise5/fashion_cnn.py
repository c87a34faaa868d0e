"""Exercise 5: a convolutional network that recognises pieces of clothing. The task is in README.md."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

# The recipe: how often `train` goes over the training images, and its learning rate.
EPOCHS = 1
LEARNING_RATE = 0.001


class NeuralNet(nn.Module):
    """A convolutional network for grey images of 28 by 28 pixels and ten classes."""

    def __init__(self) -> None:
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Return the raw scores of a batch of images.

        Args:
            x: (N, 1, 28, 28) float32.

        Returns:
            (N, 10), one score a class; no softmax.
        """
        raise NotImplementedError


def make_loaders(root: str | Path, batch_size: int = 128) -> tuple[DataLoader, DataLoader]:
    """Return `(train_loader, test_loader)` over the FashionMNIST that lies at `root`.

    A batch is `(images, labels)`: (batch_size, 1, 28, 28) float32 with pixel p as 2 * p / 255 - 1, and
    (batch_size,) int64.
    """
    raise NotImplementedError


def train(
    net: nn.Module, loader: DataLoader, epochs: int = 1, lr: float = 0.001, device: torch.device | str = "cpu"
) -> list[float]:
    """Train `net` on `device` with `epochs` passes over `loader`; return the mean loss per image of each epoch."""
    raise NotImplementedError


def evaluate(net: nn.Module, loader: DataLoader, device: torch.device | str = "cpu") -> float:
    """Return the fraction of the images in `loader` that `net` recognises, 0.0 to 1.0."""
    raise NotImplementedError
