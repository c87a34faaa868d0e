# mistake: w has the shape (1, dim), transposed
# words: transposed, shape of w, shape of `w`, dim rows, transpose, column
"""Exercise 4, my solution."""
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.w = nn.Parameter(torch.zeros(1, dim), requires_grad=False)
        self.b = nn.Parameter(torch.tensor(0.0), requires_grad=False)
        self.grads = {"dw": torch.zeros(1, dim), "db": torch.tensor(0.0)}

    def sigmoid(self, z):
        return torch.sigmoid(z)

    def forward(self, x):
        return self.sigmoid(self.w @ x + self.b)

    def backward(self, x, yhat, y):
        self.grads["dw"] = (yhat - y) @ x.T / x.shape[1]
        self.grads["db"] = (yhat - y).mean()

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
    correct = 0
    p = predict(yhat)
    for i in range(y.shape[1]):
        if p[0, i] == y[0, i]:
            correct += 1
    return correct / y.shape[1] * 100.0
