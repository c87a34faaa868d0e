"""w and b in one column, with a feature that is always one."""

import functools

import torch
from torch import nn


def with_ones(x):
    return torch.cat([x, x.new_ones(1, x.shape[1])])


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        make = functools.partial(torch.zeros, dtype=torch.float32)
        self.register_buffer("w", make(dim, 1))
        self.register_buffer("b", make(()))
        self.grads = {"dw": make(dim, 1), "db": make(())}

    def column(self):
        return torch.cat([self.w, self.b.reshape(1, 1)])

    def sigmoid(self, z):
        return z.neg().exp().add(1).reciprocal()

    def forward(self, x):
        return self.sigmoid(self.column().t() @ with_ones(x))

    def backward(self, x, yhat, y):
        everything = with_ones(x) @ (yhat - y).t() / x.shape[1]
        self.grads["dw"], self.grads["db"] = everything[:-1], everything[-1, 0]

    def optimize(self):
        step = torch.cat([self.grads["dw"].flatten(), self.grads["db"].view(1)]).mul(self.lr)
        self.w, self.b = self.w - step[:-1, None], self.b - step[-1]


def loss(yhat, y):
    p = torch.clip(yhat, 1e-7, 1 - 1e-7)
    pair = torch.stack([1 - p, p]).log()
    return -torch.gather(pair, 0, y.long()[None]).mean()


def predict(yhat):
    return torch.gt(yhat, 1 - yhat).to(yhat)


def accuracy(yhat, y):
    total, good = 0, 0
    for guess, truth in zip(predict(yhat).flatten(), y.flatten()):
        total += 1
        good += bool(guess == truth)
    return 100 * good / total


if __name__ == "__main__":
    w = torch.zeros(2, 1, requires_grad=True)
    (w.sum() ** 2).backward()
