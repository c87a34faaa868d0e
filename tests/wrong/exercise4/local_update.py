# mistake: optimize assigns to local variables, self.w and self.b never change
# words: local variable, never change, not change, unchanged, no step, not move, does nothing, stay
# adapted from an answer on stack overflow, changed for this exercise
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer('w', torch.zeros((dim, 1), dtype=torch.float32))
        self.register_buffer('b', torch.tensor(0, dtype=torch.float32))
        self.grads = {}
        self.grads['dw'] = torch.zeros_like(self.w)
        self.grads['db'] = torch.zeros_like(self.b)

    def sigmoid(self, z):
        """Numerically fine: exp(-z) may be inf, 1 / inf is 0."""
        denominator = 1.0 + torch.exp(-z)
        return 1.0 / denominator

    def forward(self, x):
        z = torch.mm(self.w.t(), x) + self.b
        return self.sigmoid(z)

    def backward(self, x, yhat, y):
        diff = yhat - y
        self.grads = {'dw': (x * diff).mean(dim=1, keepdim=True), 'db': diff.mean()}

    def optimize(self):
        w, b = self.w, self.b
        w = w - self.lr * self.grads['dw']
        b = b - self.lr * self.grads['db']
        return w, b


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
