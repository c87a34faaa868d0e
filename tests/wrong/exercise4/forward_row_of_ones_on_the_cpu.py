# mistake: forward makes its row of ones for the bias with torch.ones(1, m), always on the CPU, so a moved net fails
# words: device, cpu, ones_like, device=x.device, new_ones
"""Exercise 4 - logistic regression by hand."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LR(nn.Module):
    """Logistic regression; examples are the columns of x."""

    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.zeros(()))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}

    def sigmoid(self, z: Tensor) -> Tensor:
        """Squash every score into (0, 1)."""
        return 1 / (1 + torch.exp(-z))

    def forward(self, x: Tensor) -> Tensor:
        """(1, dim) @ (dim, m) -> (1, m)"""
        ones = torch.ones(1, x.shape[1])
        theta = torch.cat([self.w, self.b.reshape(1, 1)])
        return self.sigmoid(theta.T @ torch.cat([x, ones]))

    def backward(self, x: Tensor, yhat: Tensor, y: Tensor) -> None:
        """Chain rule: dL/dz = yhat - y."""
        m = x.shape[1]
        dz = yhat - y
        self.grads["dw"] = x @ dz.T / m
        self.grads["db"] = dz.sum() / m

    def optimize(self) -> None:
        """One step downhill."""
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]


def loss(yhat: Tensor, y: Tensor) -> Tensor:
    """Mean binary cross-entropy. The logs are cut off at -100."""
    log_p = torch.log(yhat).clamp(min=-100)
    log_q = torch.log(1 - yhat).clamp(min=-100)
    return -(y * log_p + (1 - y) * log_q).mean()


def predict(yhat: Tensor) -> Tensor:
    """Class 1 above one half."""
    return (yhat > 0.5).float()


def accuracy(yhat: Tensor, y: Tensor) -> float:
    """Percent of right answers."""
    right = predict(yhat) == y
    return 100.0 * right.sum().item() / y.numel()
