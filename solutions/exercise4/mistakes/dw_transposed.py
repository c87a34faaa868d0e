"""Logistic regression with parameters that autograd leaves alone."""

from __future__ import annotations

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


class LR(nn.Module):
    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super(LR, self).__init__()
        self.dim, self.lr = dim, lr
        self.w = nn.Parameter(torch.zeros((dim, 1)), requires_grad=False)
        self.b = nn.Parameter(torch.zeros(()), requires_grad=False)
        self.grads = dict(dw=torch.zeros_like(self.w), db=torch.zeros_like(self.b))

    def sigmoid(self, z: Tensor) -> Tensor:
        return torch.sigmoid(z)

    def forward(self, x: Tensor) -> Tensor:
        return self.sigmoid(torch.matmul(self.w.transpose(0, 1), x) + self.b)

    def backward(self, x: Tensor, yhat: Tensor, y: Tensor) -> None:
        m = y.size(1)
        error = yhat - y
        dw = torch.mm(error, x.t()) / m
        db = torch.mean(error)
        self.grads.update(dw=dw, db=db)

    def optimize(self) -> None:
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]


def loss(yhat: Tensor, y: Tensor) -> Tensor:
    return F.binary_cross_entropy(yhat, y)


def predict(yhat: Tensor) -> Tensor:
    return torch.where(yhat > 0.5, 1.0, 0.0)


def accuracy(yhat: Tensor, y: Tensor) -> float:
    right = (predict(yhat) == y).sum().item()
    return 100 * right / y.numel()
