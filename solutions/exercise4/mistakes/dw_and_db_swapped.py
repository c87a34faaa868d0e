"""Logistic regression by hand."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class LR(nn.Module):
    """Logistic regression on examples of `dim` features."""

    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super().__init__()
        self.lr = lr
        self.w = nn.Parameter(torch.zeros(dim, 1), requires_grad=False)
        self.b = nn.Parameter(torch.zeros(()), requires_grad=False)
        self.grads = {"dw": torch.zeros_like(self.w), "db": torch.zeros_like(self.b)}

    def sigmoid(self, z: Tensor) -> Tensor:
        return torch.sigmoid(z)

    def forward(self, x: Tensor) -> Tensor:
        z = torch.matmul(self.w.t(), x) + self.b
        return self.sigmoid(z)

    def backward(self, x: Tensor, yhat: Tensor, y: Tensor) -> None:
        dz = yhat - y
        self.grads = {"db": torch.matmul(x, dz.t()) / dz.shape[1], "dw": dz.mean()}

    def optimize(self) -> None:
        self.w.sub_(self.lr * self.grads["dw"])
        self.b.sub_(self.lr * self.grads["db"])


def loss(yhat: Tensor, y: Tensor) -> Tensor:
    return F.binary_cross_entropy(yhat, y)


def predict(yhat: Tensor) -> Tensor:
    return torch.where(yhat > 0.5, 1.0, 0.0)


def accuracy(yhat: Tensor, y: Tensor) -> float:
    correct = torch.sum(predict(yhat) == y).item()
    return 100.0 * correct / y.numel()
