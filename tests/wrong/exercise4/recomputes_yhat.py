# mistake: backward ignores the yhat it is given and calls forward again
# words: yhat it is given, yhat that it is given, `yhat` it is given, given yhat, recompute, forward again, at the yhat, calls forward
# ex4 -- third attempt, the other two are in git
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.zeros(()))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}

    def sigmoid(self, z):
        return torch.sigmoid(z)

    def forward(self, x):
        # (1, dim) @ (dim, m) -> (1, m)
        z = torch.matmul(self.w.transpose(0, 1), x)
        z = z + self.b
        yhat = self.sigmoid(z)
        return yhat

    def backward(self, x, yhat, y):
        yhat = self.forward(x)
        m = x.shape[1]
        self.grads['dw'] = x @ (yhat - y).T / m
        self.grads['db'] = (yhat - y).sum() / m

    def optimize(self):
        step_w = self.lr * self.grads["dw"]
        step_b = self.lr * self.grads["db"]
        self.w.sub_(step_w)
        self.b.sub_(step_b)


def loss(yhat, y):
    eps = 1e-7
    p = yhat.clamp(eps, 1 - eps)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def predict(yhat):
    return torch.where(yhat > 0.5, 1.0, 0.0)


def accuracy(yhat, y):
    correct = 0
    p = predict(yhat)
    for i in range(y.shape[1]):
        if p[0, i] == y[0, i]:
            correct += 1
    return correct / y.shape[1] * 100.0
