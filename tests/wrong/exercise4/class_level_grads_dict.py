# mistake: grads is one dict on the class, so all nets share (and overwrite) each other's gradients
# words: class attribute, shared, share, instance, another net, other net
# -*- coding: utf-8 -*-
"""
logistic_regression.py

Examples are columns: x is (dim, m), yhat and y are (1, m).
"""
import torch
from torch import nn


class LR(nn.Module):
    grads = {"dw": None, "db": None}
    lr = 0.01

    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.zeros(()))
        self.grads["dw"] = torch.zeros(dim, 1)
        self.grads["db"] = torch.zeros(())

    def sigmoid(self, z):
        """Sigmoid without overflow: the exponent is never positive."""
        e = torch.exp(-torch.abs(z))
        return torch.where(z >= 0, 1 / (1 + e), e / (1 + e))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # step 1: the linear layer
        #   (1, dim) @ (dim, m) -> (1, m)
        w_row = self.w.transpose(-2, -1)
        linear = w_row @ x
        # step 2: the bias, the same for each example
        z = linear + self.b
        # step 3: the sigmoid
        a = self.sigmoid(z)
        return a

    def backward(self, x, yhat, y):
        dz = yhat - y
        self.grads["dw"] = x @ dz.T / dz.shape[1]
        self.grads["db"] = dz.mean()

    def optimize(self) -> None:
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]


def loss(yhat, y): return nn.functional.binary_cross_entropy(yhat, y)


def predict(yhat): return 1.0 * (yhat > 0.5)


def accuracy(yhat: torch.Tensor, y: torch.Tensor) -> float:
    return (predict(yhat) == y).float().mean().item() * 100
