import torch
from torch import nn


class _Base(nn.Module):
    """State: anything named in `shapes` becomes a buffer of zeros with a gradient beside it."""

    def __init__(self, lr, **shapes):
        super().__init__()
        self.lr = lr
        self.names = list(shapes)
        self.grads = {}
        for name, shape in shapes.items():
            self.register_buffer(name, torch.zeros(shape))
            self.grads["d" + name] = torch.zeros(shape)

    def optimize(self):
        for name in self.names:
            p = getattr(self, name)
            p -= self.lr * self.grads["d" + name]


class LR(_Base):
    def __init__(self, dim, lr=0.01):
        super().__init__(lr, w=(dim, 1), b=())

    def sigmoid(self, z):
        return 1 / (1 + torch.exp(-z))

    def forward(self, x):
        z = torch.mm(self.w.t(), x) + self.b
        return self.sigmoid(z)

    def backward(self, x, yhat, y):
        m = x.shape[1]
        dz = yhat - y
        self.grads["dw"] = x @ dz.T / m
        self.grads["db"] = dz.sum() / m


def loss(yhat, y):
    return nn.functional.binary_cross_entropy(yhat, y)


def predict(yhat):
    return torch.where(yhat > 0.5, 1.0, 0.0)


def accuracy(yhat, y):
    right = (predict(yhat) == y).sum().item()
    return 100.0 * right / y.numel()
