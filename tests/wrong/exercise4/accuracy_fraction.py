# mistake: the accuracy is a fraction between 0 and 1 instead of percent
# words: percent, fraction, 0 to 100, times 100, factor 100
# Name: J. Keller
# exercise 4
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super().__init__()
        self.lr = lr
        self.w = nn.Parameter(torch.zeros(dim, 1), requires_grad=False)
        self.b = nn.Parameter(torch.tensor(0.0), requires_grad=False)
        self.grads = {"dw": torch.zeros_like(self.w), "db": torch.zeros_like(self.b)}

    def sigmoid(self, z):
        return torch.sigmoid(z)

    def forward(self, x):
        # (1, dim) @ (dim, m) -> (1, m)
        z = torch.matmul(self.w.transpose(0, 1), x)
        z = z + self.b
        yhat = self.sigmoid(z)
        return yhat

    def backward(self, x, yhat, y):
        n_examples = y.size(-1)
        residual = (yhat - y) / n_examples
        self.grads["dw"] = torch.matmul(x, residual.transpose(0, 1))
        self.grads["db"] = torch.sum(residual)

    def optimize(self):
        step_w = self.lr * self.grads["dw"]
        step_b = self.lr * self.grads["db"]
        self.w.sub_(step_w)
        self.b.sub_(step_b)


def loss(yhat, y):
    # probability given to the true class
    p = torch.where(y == 1, yhat, 1 - yhat)
    return -p.clamp(min=1e-12).log().mean()


def predict(yhat):
    return torch.where(yhat > 0.5, 1.0, 0.0)


def accuracy(yhat, y):
    return (predict(yhat) == y).float().mean().item()
