# right: the gradient is written as weighted sum of all examples minus sum of the examples of class 1, loss and accuracy class by class
from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn


class LR(nn.Module):
    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim).unsqueeze(1))
        self.register_buffer("b", torch.zeros(1).squeeze())
        self.grads: dict[str, Tensor] = dict.fromkeys(("dw", "db"))
        self.grads["dw"], self.grads["db"] = self.w.clone(), self.b.clone()

    def sigmoid(self, z: Tensor) -> Tensor:
        odds = z.clamp(max=80.0).exp()
        return odds / (odds + 1.0)

    def forward(self, x: Tensor) -> Tensor:
        row = torch.baddbmm(self.b, self.w.T[None], x[None])
        return self.sigmoid(row[0])

    def backward(self, x: Tensor, yhat: Tensor, y: Tensor) -> None:
        # grad = expected sum of class 1 under the model - observed sum of class 1, per example
        m = x.shape[1]
        expected = x @ yhat.T, yhat.sum()
        observed = x @ y.T, y.sum()
        self.grads["dw"], self.grads["db"] = ((e - o) / m for e, o in zip(expected, observed))

    def optimize(self) -> None:
        self.w[:] = self.w - self.lr * self.grads["dw"]
        self.b[()] = self.b - self.lr * self.grads["db"]


def by_class(yhat: Tensor, y: Tensor) -> Iterator[Tensor]:
    """Yield the probabilities of the true class, first of the examples of class 0, then of class 1."""
    yield 1 - yhat[y == 0]
    yield yhat[y == 1]


def loss(yhat: Tensor, y: Tensor) -> Tensor:
    total = sum(-p.log().clamp(min=-100.0).sum() for p in by_class(yhat, y))
    return total / y.numel()


def predict(yhat: Tensor) -> Tensor:
    return torch.zeros_like(yhat).masked_fill_(yhat > 0.5, 1)


def accuracy(yhat: Tensor, y: Tensor) -> float:
    true_negatives = (yhat[y == 0] <= 0.5).sum().item()
    true_positives = (yhat[y == 1] > 0.5).sum().item()
    return (true_negatives + true_positives) * 100.0 / y.numel()
