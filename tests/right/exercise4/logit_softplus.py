import torch
import torch.nn.functional as F
from torch import nn


class LR(nn.Module):
    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super().__init__()
        self.lr = lr
        self.w = nn.Parameter(torch.zeros(dim, 1), requires_grad=False)
        self.b = nn.Parameter(torch.tensor(0.0), requires_grad=False)
        self.grads = {"dw": torch.zeros_like(self.w), "db": torch.zeros_like(self.b)}

    def sigmoid(self, z):
        return torch.exp(F.logsigmoid(z))

    def forward(self, x):
        z = torch.mm(self.w.t(), x) + self.b
        return self.sigmoid(z)

    def backward(self, x, yhat, y):
        m = x.shape[1]
        dz = yhat - y
        self.grads["dw"] = x @ dz.T / m
        self.grads["db"] = dz.sum() / m

    def optimize(self):
        self.w.sub_(self.grads["dw"], alpha=self.lr)
        self.b.sub_(self.grads["db"], alpha=self.lr)


def loss(yhat, y):
    """Back to the scores, where the loss is softplus(z) - y z."""
    z = torch.logit(yhat.double(), eps=1e-12)
    return F.binary_cross_entropy_with_logits(z, y.double()).to(yhat.dtype)


def predict(yhat):
    return torch.where(yhat > 0.5, 1.0, 0.0)


def accuracy(yhat, y):
    correct = torch.count_nonzero(predict(yhat) == y)
    return float(correct) / y.shape[1] * 100
