from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

THRESHOLD: Final = 0.5


class LR(nn.Module):
    w: Tensor
    b: Tensor
    grads: dict[str, Tensor]

    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.zeros(()))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}

    def sigmoid(self, z: Tensor) -> Tensor:
        return (1 + (-z).exp()).reciprocal()

    def forward(self, x: Tensor) -> Tensor:
        return self.sigmoid(torch.tensordot(self.w, x, dims=([0], [0])) + self.b)

    def backward(self, x: Tensor, yhat: Tensor, y: Tensor) -> None:
        residual = (yhat - y).to(self.w.device)
        self.grads["dw"] = torch.tensordot(x, residual, dims=([1], [1])) / residual.numel()
        self.grads["db"] = residual.mean()

    def optimize(self) -> None:
        self.w.data.add_(self.grads["dw"].mul(-self.lr))
        self.b.data.add_(self.grads["db"].mul(-self.lr))


def loss(yhat: Tensor, y: Tensor) -> Tensor:
    criterion = nn.BCELoss()
    return criterion(yhat, y)


def predict(yhat: Tensor) -> Tensor:
    return yhat.greater(THRESHOLD).to(torch.float32)


def accuracy(yhat: Tensor, y: Tensor) -> float:
    hits: Tensor = predict(yhat) == y
    return hits.sum().item() * 100.0 / hits.numel()
