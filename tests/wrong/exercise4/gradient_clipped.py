# mistake: gradients are clipped to [-1, 1], which falsifies them for large features
# words: clip, clamp, cut off, bounded
"""
Logistic regression from scratch.

    z    = w^T x + b
    yhat = sigma(z)
    L    = mean BCE(yhat, y)
"""

import torch
from torch import nn


def clip_(grads, max_value=1.0):
    """Clip each gradient to [-max_value, max_value] so that training cannot explode."""
    for g in grads.values():
        g.clamp_(-max_value, max_value)
    return grads


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        for name, value in {"w": torch.zeros(dim, 1), "b": torch.tensor(0.0)}.items():
            self.register_buffer(name, value)
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.tensor(0.0)}

    def sigmoid(self, z):
        return torch.sigmoid(z)

    def forward(self, x):
        return self.sigmoid(self.w.T.matmul(x) + self.b)

    def backward(self, x, yhat, y):
        dz = yhat - y
        self.grads = clip_({"dw": x @ dz.T / x.shape[1], "db": dz.mean()})

    def optimize(self):
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]


def loss(yhat, y):
    log_p = yhat.log().clamp(min=-100)
    log_q = (1 - yhat).log().clamp(min=-100)
    return -(y * log_p + (1 - y) * log_q).mean()


def predict(yhat):
    return torch.gt(yhat, 0.5).float()


def accuracy(yhat, y):
    correct = predict(yhat).eq(y)
    return correct.float().mean().item() * 100
