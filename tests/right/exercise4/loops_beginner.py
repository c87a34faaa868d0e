import math

import torch
from torch import nn


class LR(nn.Module):
    # I did everything with loops first, it is slow but I understand it

    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.dim = dim
        self.lr = lr
        w = torch.zeros(dim, 1)
        b = torch.tensor(0.0)
        self.register_buffer("w", w)
        self.register_buffer("b", b)
        self.grads = {}
        self.grads["dw"] = torch.zeros(dim, 1)
        self.grads["db"] = torch.tensor(0.0)

    def sigmoid(self, z):
        result = torch.zeros_like(z)
        flat_z = z.reshape(-1)
        flat_r = result.view(-1)
        for i in range(flat_z.shape[0]):
            flat_r[i] = 1.0 / (1.0 + torch.exp(-flat_z[i]))
        return result

    def forward(self, x):
        m = x.shape[1]
        z = torch.zeros(1, m, device=x.device)
        for i in range(m):
            total = self.b.clone()
            for j in range(self.dim):
                total = total + self.w[j, 0] * x[j, i]
            z[0, i] = total
        return self.sigmoid(z)

    def backward(self, x, yhat, y):
        m = x.shape[1]
        dw = torch.zeros(self.dim, 1, device=self.w.device)
        db = torch.tensor(0.0, device=self.w.device)
        for i in range(m):
            dz = yhat[0, i] - y[0, i]
            for j in range(self.dim):
                dw[j, 0] += x[j, i] * dz
            db += dz
        dw = dw / m
        db = db / m
        self.grads["dw"] = dw
        self.grads["db"] = db

    def optimize(self):
        for j in range(self.dim):
            self.w[j, 0] = self.w[j, 0] - self.lr * self.grads["dw"][j, 0]
        self.b.copy_(self.b - self.lr * self.grads["db"])


def loss(yhat, y):
    m = yhat.shape[1]
    total = 0.0
    for i in range(m):
        p = float(yhat[0, i])
        if y[0, i] == 0:
            p = 1 - p
        if p < 1e-30:
            p = 1e-30
        total = total - math.log(p)
    return torch.tensor(total / m, device=yhat.device)


def predict(yhat):
    result = torch.zeros(1, yhat.shape[1], device=yhat.device)
    for i in range(yhat.shape[1]):
        if yhat[0, i] > 0.5:
            result[0, i] = 1.0
        else:
            result[0, i] = 0.0
    return result


def accuracy(yhat, y):
    p = predict(yhat)
    right = 0
    for i in range(y.shape[1]):
        if p[0, i] == y[0, i]:
            right += 1
    return right / y.shape[1] * 100.0
