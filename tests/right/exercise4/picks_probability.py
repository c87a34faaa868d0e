"""The loss as minus the log of the probability of the true class."""

import torch
from torch import nn


class Logistic(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.register_buffer("w", torch.zeros(dim).unsqueeze(1))
        self.register_buffer("b", torch.zeros(1).squeeze())

    def sigmoid(self, z):
        return 0.5 * (torch.tanh(z / 2) + 1)

    def forward(self, x):
        return self.sigmoid(self.b + self.w.T.matmul(x))


class LR(Logistic):
    def __init__(self, dim, lr=0.01):
        super().__init__(dim)
        self.lr = lr
        self.zero()

    def zero(self):
        self.grads = {"dw": 0 * self.w, "db": 0 * self.b}

    @torch.no_grad()
    def backward(self, x, yhat, y):
        self.zero()
        m = y.shape[1]
        for column in range(m):
            dz = (yhat - y)[0, column]
            self.grads["dw"] = self.grads["dw"] + x[:, [column]] * dz / m
            self.grads["db"] = self.grads["db"] + dz / m

    @torch.inference_mode(False)
    def optimize(self):
        self.w.add_(self.grads["dw"] * -self.lr)
        self.b.add_(self.grads["db"] * -self.lr)


def loss(yhat, y):
    of_truth = torch.where(y > 0.5, yhat, 1 - yhat)
    return of_truth.clamp(min=1e-7).log().neg().mean()


def predict(yhat):
    return torch.ceil(yhat - 0.5).clamp(0, 1)


def accuracy(yhat, y):
    return torch.count_nonzero((yhat > 0.5) == (y > 0.5)).item() / yhat.numel() * 100
