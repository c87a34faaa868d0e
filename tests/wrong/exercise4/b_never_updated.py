# mistake: optimize updates w only, b is forgotten
# words: b is not, b does not, b never, `b` does not, `b` is not, forgotten, b stays, lr * db
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
        diff = yhat - y
        self.grads = {"dw": (x * diff).mean(dim=1, keepdim=True), "db": diff.mean()}

    def optimize(self):
        self.w.data -= self.lr * self.grads["dw"]


def loss(yhat, y):
    # what torch does: no logarithm below -100
    log_p = torch.log(yhat).clamp(min=-100)
    log_q = torch.log(1 - yhat).clamp(min=-100)
    return torch.mean(-y * log_p - (1 - y) * log_q)


def predict(yhat):
    out = torch.zeros_like(yhat)
    out[yhat > 0.5] = 1.0
    return out


def accuracy(yhat, y):
    return (predict(yhat) == y).float().mean().item() * 100
