# mistake: the chain stops at dL/dyhat, the derivative of the sigmoid is missing
# words: chain, derivative of the sigmoid, sigmoid's derivative, dL/dyhat, link, yhat * (1 - yhat), simplif
# generated with help of a forum, then edited by me
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros((dim, 1), dtype=torch.float32))
        self.register_buffer("b", torch.tensor(0, dtype=torch.float32))
        self.grads = {}
        self.grads["dw"] = torch.zeros_like(self.w)
        self.grads["db"] = torch.zeros_like(self.b)

    def sigmoid(self, z):
        """Numerically fine: exp(-z) may be inf, 1 / inf is 0."""
        denominator = 1.0 + torch.exp(-z)
        return 1.0 / denominator

    def forward(self, x):
        z = torch.mm(self.w.t(), x) + self.b
        return self.sigmoid(z)

    def backward(self, x, yhat, y):
        eps = 1e-7
        p = yhat.clamp(eps, 1 - eps)
        dyhat = -(y / p) + (1 - y) / (1 - p)
        self.grads["dw"] = x @ dyhat.T / x.shape[1]
        self.grads["db"] = dyhat.mean()

    def optimize(self):
        self.w.sub_(self.grads["dw"], alpha=self.lr)
        self.b.sub_(self.grads["db"], alpha=self.lr)


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
