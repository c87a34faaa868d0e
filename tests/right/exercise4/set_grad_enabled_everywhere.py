import functools
import operator
import torch
from torch import nn


def frozen(f):
    @functools.wraps(f)
    def inner(*a, **k):
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        try:
            return f(*a, **k)
        finally:
            torch.set_grad_enabled(before)

    return inner


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(1, dim).T.contiguous())
        self.register_buffer("b", torch.zeros(1, 1).sum())
        self.grads = {"dw": torch.zeros_like(self.w), "db": torch.zeros_like(self.b)}

    def _apply(self, fn, *args, **kwargs):
        super()._apply(fn, *args, **kwargs)
        self.grads = {k: fn(v) for k, v in self.grads.items()}
        return self

    @frozen
    def sigmoid(self, z):
        return torch.pow(1 + torch.pow(torch.tensor(torch.e, device=z.device), -z), -1)

    @frozen
    def forward(self, x):
        return self.sigmoid(operator.matmul(self.w.T, x) + self.b)

    @frozen
    def backward(self, x, yhat, y):
        one_hot = torch.stack((1 - y[0], y[0]))
        probability = torch.stack((1 - yhat[0], yhat[0]))
        error = (probability - one_hot)[1]
        self.grads["dw"] = (
            functools.reduce(operator.add, (x[:, [j]] * error[j] for j in range(x.shape[1]))) / x.shape[1]
        )
        self.grads["db"] = error.mean()

    @frozen
    def optimize(self):
        for target, source in [("w", "dw"), ("b", "db")]:
            setattr(self, target, getattr(self, target) - self.lr * self.grads[source])


@frozen
def loss(yhat, y):
    p = torch.stack([1 - yhat[0], yhat[0]], dim=1)
    return nn.functional.nll_loss(torch.log(p + 1e-15), y[0].long())


@frozen
def predict(yhat):
    return torch.stack([1 - yhat[0], yhat[0]]).gt(0.5)[1].float()[None]


@frozen
def accuracy(yhat, y):
    good, total = 0, y.shape[1]
    good += int(torch.sum(predict(yhat) == y))
    return good / total * 100
