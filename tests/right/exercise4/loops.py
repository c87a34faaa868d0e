import math

import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.dim = dim
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.tensor(0.0))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.tensor(0.0)}

    def sigmoid(self, z):
        out = torch.empty_like(z)
        for i in range(z.shape[0]):
            for j in range(z.shape[1]):
                v = z[i, j].item()
                out[i, j] = 1 / (1 + math.exp(-v)) if v > -700 else 0.0
        return out

    def forward(self, x):
        z = torch.zeros(1, x.shape[1], device=x.device)
        for j in range(x.shape[1]):
            z[0, j] = (self.w[:, 0] * x[:, j]).sum() + self.b
        return self.sigmoid(z)

    def backward(self, x, yhat, y):
        m = x.shape[1]
        dw = torch.zeros_like(self.w)
        db = torch.zeros_like(self.b)
        for j in range(m):
            error = yhat[0, j] - y[0, j]
            for i in range(self.dim):
                dw[i, 0] += x[i, j] * error / m
            db += error / m
        self.grads["dw"], self.grads["db"] = dw, db

    def optimize(self):
        for i in range(self.dim):
            self.w[i, 0] -= self.lr * self.grads["dw"][i, 0]
        self.b -= self.lr * self.grads["db"]


def loss(yhat, y):
    total = 0.0
    for p, t in zip(yhat[0].tolist(), y[0].tolist()):
        p = min(max(p, 1e-7), 1 - 1e-7)
        total -= math.log(p) if t == 1 else math.log(1 - p)
    return torch.tensor(total / yhat.shape[1], device=yhat.device)


def predict(yhat):
    return torch.tensor([[1.0 if p > 0.5 else 0.0 for p in yhat[0].tolist()]], device=yhat.device)


def accuracy(yhat, y):
    hits = [a == b for a, b in zip(predict(yhat)[0].tolist(), y[0].tolist())]
    return 100.0 * sum(hits) / len(hits)
