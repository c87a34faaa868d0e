import torch
import torch.nn as nn
import torch.nn.functional as F


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.w = nn.Parameter(torch.zeros(dim, 1), requires_grad=False)
        self.b = nn.Parameter(torch.tensor(0.0), requires_grad=False)
        self.grads = {"dw": torch.zeros_like(self.w), "db": torch.zeros_like(self.b)}

    def sigmoid(self, z):
        return F.sigmoid(z)

    def forward(self, x):
        return self.sigmoid(F.linear(x.T, self.w.T).T + self.b)

    def backward(self, x, yhat, y):
        diff = torch.sub(yhat, y)
        self.grads = {"dw": F.linear(x, diff) / diff.numel(), "db": diff.mean()}

    def optimize(self):
        with torch.no_grad():
            self.w.sub_(self.grads["dw"], alpha=self.lr)
            self.b.sub_(self.grads["db"], alpha=self.lr)


def loss(yhat, y):
    return F.binary_cross_entropy(yhat, y)


def predict(yhat):
    return torch.round(yhat)


def accuracy(yhat, y):
    return 100.0 * torch.eq(predict(yhat), y).double().mean().item()
