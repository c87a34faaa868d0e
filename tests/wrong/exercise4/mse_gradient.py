# mistake: the factor yhat * (1 - yhat) is left in, which is the gradient of the squared error and not of the cross-entropy
# words: yhat * (1 - yhat), squared error, MSE, derivative of the sigmoid, sigmoid's derivative, extra factor, cancel, simplif
from __future__ import annotations

import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim: int, lr: float = 1e-2):
        nn.Module.__init__(self)
        self.w = nn.Parameter(torch.zeros(dim, 1), False)
        self.b = nn.Parameter(torch.zeros([]), False)
        self.lr = lr
        self.grads = {'dw': self.w.data.clone(), 'db': self.b.data.clone()}

    def sigmoid(self, z):
        """Numerically fine: exp(-z) may be inf, 1 / inf is 0."""
        denominator = 1.0 + torch.exp(-z)
        return 1.0 / denominator

    def forward(self, x):
        z = torch.mm(self.w.t(), x) + self.b
        return self.sigmoid(z)

    def backward(self, x, yhat, y):
        m = y.shape[1]
        # chain rule: error * derivative of sigmoid * input
        delta = (yhat - y) * yhat * (1 - yhat)
        self.grads['dw'] = x @ delta.T / m
        self.grads['db'] = delta.sum() / m

    def optimize(self):
        self.w.sub_(self.grads['dw'], alpha=self.lr)
        self.b.sub_(self.grads['db'], alpha=self.lr)


def loss(yhat, y):
    # what torch does: no logarithm below -100
    log_p = torch.log(yhat).clamp(min=-100)
    log_q = torch.log(1 - yhat).clamp(min=-100)
    return torch.mean(-y * log_p - (1 - y) * log_q)


def predict(yhat):
    out = torch.zeros_like(yhat)
    out[yhat > 0.5] = 1.0
    return out


def accuracy(yhat, y):
    return (predict(yhat) == y).float().mean().item() * 100


if __name__ == '__main__':
    net = LR(2, lr=0.1)
    x = torch.randn(2, 20)
    y = (x[:1] > 0).float()
    for i in range(100):
        yhat = net(x)
        net.backward(x, yhat, y)
        net.optimize()
        if i % 10 == 0:
            print(i, loss(yhat, y), accuracy(yhat, y))
