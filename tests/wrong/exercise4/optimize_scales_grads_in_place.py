# mistake: mul_(lr) scales the tensors in grads in place, so grads changes and a second step is shorter
# words: in place, in-place, mul_, changes grads, only uses, modif
import torch
from torch import nn as nn
import torch.nn.functional as F


class LR(nn.Module):
    # one linear layer + sigmoid

    def __init__(self, dim, lr=0.01):
        super().__init__()
        self._lr = lr
        for name, shape in (("w", (dim, 1)), ("b", ())):
            self.register_buffer(name, torch.zeros(shape, dtype=torch.float32))
        self.grads = dict(dw=torch.zeros(dim, 1), db=torch.tensor(0.0))

    def sigmoid(self, z): return (1 + (-z).exp()) ** -1

    def forward(self, x):
        """(dim, m) -> (1, m)"""
        z = (self.w * x).sum(dim=0, keepdim=True) + self.b
        return self.sigmoid(z)

    def backward(self, x, yhat, y):
        # dL/dz = yhat - y after simplification
        error = yhat - y
        self.grads["dw"] = torch.matmul(x, error.t()) / y.shape[1]
        self.grads["db"] = error.mean()

    @torch.no_grad()
    def optimize(self):
        for p, key in ((self.w, "dw"), (self.b, "db")):
            p.sub_(self.grads[key].mul_(self._lr))


def _safe_log(t):
    # like PyTorch's own BCELoss
    return torch.clamp(torch.log(t), min=-100.0)


def loss(yhat, y):
    """Mean binary cross-entropy.

    Where y is 1 only log(yhat) counts, where y is 0 only log(1 - yhat).
    """
    ones = y * _safe_log(yhat)
    zeros = (1.0 - y) * _safe_log(1.0 - yhat)
    cost = -(ones + zeros)
    return torch.mean(cost)


def predict(yhat):
    """0.5 itself is not above 0.5, so it is class 0."""
    is_one = torch.gt(yhat, 0.5)
    one = torch.ones_like(yhat)
    zero = torch.zeros_like(yhat)
    return torch.where(is_one, one, zero)


def accuracy(yhat, y):
    hits = torch.eq(predict(yhat), y)
    return torch.count_nonzero(hits).item() / hits.numel() * 100.0
