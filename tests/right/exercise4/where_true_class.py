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
        # two branches, so that exp never overflows
        e = torch.exp(-z.abs())
        return torch.where(z >= 0, 1 / (1 + e), e / (1 + e))

    def forward(self, x):
        return self.sigmoid((self.w * x).sum(0, keepdim=True) + self.b)

    def backward(self, x, yhat, y):
        diff = yhat - y
        self.grads = {"dw": (x * diff).mean(dim=1, keepdim=True), "db": diff.mean()}

    def optimize(self):
        # a buffer may be replaced by another tensor
        self.w = self.w - self.lr * self.grads["dw"]
        self.b = self.b - self.lr * self.grads["db"]


def loss(yhat, y):
    # the probability of the true class, never below the smallest normal float
    p_true = torch.where(y == 1, yhat, 1 - yhat)
    return -p_true.clamp_min(torch.finfo(p_true.dtype).tiny).log().mean()


def predict(yhat):
    return torch.heaviside(yhat - 0.5, torch.zeros_like(yhat))


def accuracy(yhat, y):
    return 100 - 100 * (predict(yhat) - y).abs().mean().item()
