# mistake: the chain rule is written out with a division by yhat and 1 - yhat, giving NaN where yhat is exactly 0 or 1
# words: division by zero, divide by zero, NaN, finite, exactly 0, 0 / 0, simplif, divides by
from __future__ import annotations

import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr = 0.01):
        super(LR, self).__init__()
        self.dim = dim
        self.learning_rate = self.lr = lr
        self.register_parameter('w', nn.Parameter(torch.zeros(size=(dim, 1)), requires_grad=False))
        self.register_buffer('b', torch.scalar_tensor(0.))
        self.grads = dict(dw=torch.zeros(dim, 1), db=torch.tensor(0.))

    def sigmoid(self, z):
        """Numerically fine: exp(-z) may be inf, 1 / inf is 0."""
        denominator = 1.0 + torch.exp(-z)
        return 1.0 / denominator

    def forward(self, x):
        z = torch.mm(self.w.t(), x) + self.b
        return self.sigmoid(z)

    def backward(self, x, yhat, y):
        m = y.shape[1]
        dL_dyhat = -(y / yhat - (1 - y) / (1 - yhat))
        dyhat_dz = yhat * (1 - yhat)
        dz = dL_dyhat * dyhat_dz
        self.grads["dw"] = (x @ dz.T) / m
        self.grads["db"] = dz.sum() / m

    def optimize(self):
        self.w.sub_(self.grads["dw"], alpha=self.lr)
        self.b.sub_(self.grads["db"], alpha=self.lr)


def loss(yhat, y):
    # probability given to the true class
    p = torch.where(y == 1, yhat, 1 - yhat)
    return -p.clamp(min=1e-12).log().mean()


def predict(yhat):
    out = torch.zeros_like(yhat)
    out[yhat > 0.5] = 1.0
    return out


def accuracy(yhat, y):
    return (predict(yhat) == y).float().mean().item() * 100
