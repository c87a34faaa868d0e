# mistake: the number of right answers is divided by len(y), which is 1 and not the number of examples
# words: len(y), number of examples, shape[1], numel, over 100, more than 100, above 100
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer('w', torch.zeros(dim, 1))
        self.register_buffer('b', torch.zeros(()))
        self.grads = {'dw': torch.zeros(dim, 1), 'db': torch.zeros(())}

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
    eps = 1e-7
    p = yhat.clamp(eps, 1 - eps)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def predict(yhat):
    return torch.where(yhat > 0.5, 1.0, 0.0)


def accuracy(yhat, y):
    correct = (predict(yhat) == y).sum().item()
    return correct / len(y) * 100
