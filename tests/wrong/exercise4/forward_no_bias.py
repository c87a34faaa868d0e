# mistake: forward leaves out b
# words: bias, + b, without b, left out, adds b, ignores b, `b`, forgets b
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr = 0.01):
        super(LR, self).__init__()
        self.dim = dim
        self.learning_rate = self.lr = lr
        self.register_parameter('w', nn.Parameter(torch.zeros(size=(dim, 1)), requires_grad=False))
        self.register_buffer('b', torch.scalar_tensor(0.))
        self.grads = dict(dw=torch.zeros(dim, 1), db=torch.tensor(0.))

    def sigmoid(self, z):
        """Numerically fine: exp(-z) may be inf, 1 / inf is 0."""
        denominator = 1.0 + torch.exp(-z)
        return 1.0 / denominator

    def forward(self, x):
        return self.sigmoid(self.w.T @ x)

    def backward(self, x, yhat, y):
        diff = yhat - y
        self.grads = {"dw": (x * diff).mean(dim=1, keepdim=True), "db": diff.mean()}

    def optimize(self):
        self.w.sub_(self.grads["dw"], alpha=self.lr)
        self.b.sub_(self.grads["db"], alpha=self.lr)


def loss(yhat, y):
    return nn.functional.binary_cross_entropy(yhat, y)


def predict(yhat):
    out = torch.zeros_like(yhat)
    out[yhat > 0.5] = 1.0
    return out


def accuracy(yhat, y):
    return (predict(yhat) == y).float().mean().item() * 100
