from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class LR(nn.Module):
    """Logistic regression; the parameters are frozen, we move them ourselves."""

    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super().__init__()
        self.lr = lr
        self.w = nn.Parameter(torch.zeros(dim, 1), requires_grad=False)
        self.b = nn.Parameter(torch.tensor(0.0), requires_grad=False)
        self.grads = {"dw": torch.zeros_like(self.w), "db": torch.zeros_like(self.b)}

    def sigmoid(self, z: Tensor) -> Tensor:
        return z.sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        # F.linear wants one example a row
        return self.sigmoid(F.linear(x.T, self.w.T, self.b.reshape(1)).T)

    def backward(self, x: Tensor, yhat: Tensor, y: Tensor) -> None:
        err = (yhat - y) / y.shape[-1]
        self.grads["dw"], self.grads["db"] = x.matmul(err.mT), err.sum()

    def optimize(self) -> None:
        self.w.data = self.w.data - self.lr * self.grads["dw"]
        self.b.data = self.b.data - self.lr * self.grads["db"]


def loss(yhat: Tensor, y: Tensor) -> Tensor:
    return F.binary_cross_entropy(yhat, y, reduction="mean")


def predict(yhat: Tensor) -> Tensor:
    return yhat.gt(0.5).to(yhat.dtype)


def accuracy(yhat: Tensor, y: Tensor) -> float:
    return float(predict(yhat).eq(y).double().mean()) * 100.0
