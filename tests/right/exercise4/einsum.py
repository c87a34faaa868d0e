from __future__ import annotations

import torch
from torch import Tensor, einsum, nn


class LR(nn.Module):
    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super().__init__()
        self.rate = lr
        for name, shape in {"w": (dim, 1), "b": ()}.items():
            self.register_buffer(name, torch.zeros(shape))
            self.register_buffer(f"grad_{name}", torch.zeros(shape))

    @property
    def grads(self) -> dict[str, Tensor]:
        return {"dw": self.grad_w, "db": self.grad_b}

    def sigmoid(self, z: Tensor) -> Tensor:
        return torch.special.expit(z)

    def forward(self, x: Tensor) -> Tensor:
        return self.sigmoid(einsum("do,dm->om", self.w, x) + self.b)

    def backward(self, x: Tensor, yhat: Tensor, y: Tensor) -> None:
        m = x.size(-1)
        self.grad_w = einsum("dm,om->do", x, yhat - y) / m
        self.grad_b = einsum("om->", yhat - y) / m

    def optimize(self) -> None:
        for name in ("w", "b"):
            setattr(self, name, getattr(self, name) - self.rate * getattr(self, f"grad_{name}"))


def loss(yhat: Tensor, y: Tensor) -> Tensor:
    return -(
        torch.special.xlogy(y, yhat.clamp_min(1e-12)) + torch.special.xlog1py(1 - y, -yhat.clamp_max(1 - 2**-24))
    ).mean()


def predict(yhat: Tensor) -> Tensor:
    return torch.heaviside(yhat - 0.5, yhat.new_zeros(()))


def accuracy(yhat: Tensor, y: Tensor) -> float:
    return float(100 * (predict(yhat) == y).to(torch.float64).mean())
