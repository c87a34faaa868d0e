import torch
from torch import nn


class LR(nn.Module):
    """b is handled as the weight of a feature that is always one."""

    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.zeros(()))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}

    def sigmoid(self, z):
        return torch.sigmoid(z)

    def _augment(self, x):
        return torch.cat([x, torch.ones_like(x[:1])])

    def forward(self, x):
        theta = torch.cat([self.w, self.b.view(1, 1)])
        return self.sigmoid(theta.T @ self._augment(x))

    def backward(self, x, yhat, y):
        g = self._augment(x) @ (yhat - y).T / y.shape[1]
        self.grads = {"dw": g[:-1], "db": g[-1, 0]}

    def optimize(self):
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]


def loss(yhat, y):
    # what torch does: no logarithm below -100
    log_p = torch.log(yhat).clamp(min=-100)
    log_q = torch.log(1 - yhat).clamp(min=-100)
    return torch.mean(-y * log_p - (1 - y) * log_q)


def predict(yhat):
    return (yhat > 0.5).float()


def accuracy(yhat, y):
    wrong = torch.logical_xor(yhat > 0.5, y > 0.5).sum().item()
    return 100.0 * (1 - wrong / y.numel())
