# mistake: w is initialised at random instead of zeros
# words: zeros, random, randn, initial, start at zero
# generated with help of a forum, then edited by me
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        # small random numbers break the symmetry
        self.register_buffer("w", torch.randn(dim, 1) * 0.01)
        self.register_buffer("b", torch.zeros(()))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}

    def sigmoid(self, z):
        """Numerically fine: exp(-z) may be inf, 1 / inf is 0."""
        denominator = 1.0 + torch.exp(-z)
        return 1.0 / denominator

    def forward(self, x):
        """Forward propagation."""
        z = torch.mm(self.w.t(), x) + self.b
        return self.sigmoid(z)

    def backward(self, x, yhat, y):
        """Compute the gradients."""
        diff = yhat - y
        self.grads = {"dw": (x * diff).mean(dim=1, keepdim=True), "db": diff.mean()}

    def optimize(self):
        """update the parameters"""
        self.w.sub_(self.grads["dw"], alpha=self.lr)
        self.b.sub_(self.grads["db"], alpha=self.lr)


def loss(yhat, y):
    """Binary cross-entropy."""
    # what torch does: no logarithm below -100
    log_p = torch.log(yhat).clamp(min=-100)
    log_q = torch.log(1 - yhat).clamp(min=-100)
    return torch.mean(-y * log_p - (1 - y) * log_q)


def predict(yhat):
    """0/1 predictions"""
    out = torch.zeros_like(yhat)
    out[yhat > 0.5] = 1.0
    return out


def accuracy(yhat, y):
    """accuracy in %"""
    return (predict(yhat) == y).float().mean().item() * 100
