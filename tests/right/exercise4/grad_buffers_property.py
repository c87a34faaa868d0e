import torch
from torch import nn


class LR(nn.Module):
    """Everything is a buffer, the gradients too; `grads` is a view on them."""

    def __init__(self, dim, lr=0.01):
        super().__init__()
        self._lr = float(lr)
        for name, shape in {"w": (dim, 1), "b": (), "dw": (dim, 1), "db": ()}.items():
            self.register_buffer(name, torch.zeros(shape, dtype=torch.float32))

    @property
    def grads(self):
        return {"dw": self.dw, "db": self.db}

    @property
    def lr(self):
        return self._lr

    def sigmoid(self, z):
        return torch.sigmoid(z)

    def forward(self, x):
        return self.sigmoid(self.w.T @ x + self.b)

    def backward(self, x, yhat, y):
        dz = (yhat - y).div(x.shape[-1])
        self.dw.copy_(torch.matmul(x, dz.transpose(0, 1)))
        self.db.copy_(dz.sum())

    def optimize(self):
        self.w.add_(self.dw, alpha=-self.lr)
        self.b.add_(self.db, alpha=-self.lr)


def loss(yhat, y):
    # what torch does: no logarithm below -100
    log_p = torch.log(yhat).clamp(min=-100)
    log_q = torch.log(1 - yhat).clamp(min=-100)
    return torch.mean(-y * log_p - (1 - y) * log_q)


def predict(yhat):
    return (yhat > 0.5) * 1.0


def accuracy(yhat, y):
    right = (predict(yhat) == y).sum().item()
    return 100.0 * right / y.numel()
