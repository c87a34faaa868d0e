# mistake: no protection against log(0): 0 * -inf gives NaN where yhat is exactly 0 or 1
# words: log(0), NaN, finite, clamp, exactly 0, infinite, stability
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super().__init__()
        self.lr = lr
        self.w = nn.Parameter(torch.zeros(dim, 1), requires_grad=False)
        self.b = nn.Parameter(torch.tensor(0.0), requires_grad=False)
        self.grads = {'dw': torch.zeros_like(self.w), 'db': torch.zeros_like(self.b)}

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
        self.grads['dw'] = torch.matmul(x, residual.transpose(0, 1))
        self.grads['db'] = torch.sum(residual)

    def optimize(self):
        step_w = self.lr * self.grads['dw']
        step_b = self.lr * self.grads['db']
        self.w.sub_(step_w)
        self.b.sub_(step_b)


def loss(yhat, y):
    m = y.shape[1]
    cost = -(1 / m) * torch.sum(y * torch.log(yhat) + (1 - y) * torch.log(1 - yhat))
    return cost


def predict(yhat):
    return torch.where(yhat > 0.5, 1.0, 0.0)


def accuracy(yhat, y):
    correct = 0
    p = predict(yhat)
    for i in range(y.shape[1]):
        if p[0, i] == y[0, i]:
            correct += 1
    return correct / y.shape[1] * 100.0
