# mistake: super().__init__() is missing, so the module cannot register anything
# words: super().__init__, super(), Module.__init__, constructor of nn.Module
# generated with help of a forum, then edited by me
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        self.lr = lr
        self.register_buffer('w', torch.zeros(dim, 1))
        self.register_buffer('b', torch.zeros(()))
        self.grads = {'dw': torch.zeros(dim, 1), 'db': torch.zeros(())}

    def sigmoid(self, z):
        """logistic function"""
        return z.sigmoid()

    def forward(self, x):
        """Forward propagation."""
        return self.sigmoid(self.w.T @ x + self.b)

    def backward(self, x, yhat, y):
        """Backward propagation, see lecture."""
        m = x.shape[1]
        dz = yhat - y
        self.grads['dw'] = x @ dz.T / m
        self.grads['db'] = dz.sum() / m

    def optimize(self):
        """Gradient descent step."""
        self.w -= self.lr * self.grads['dw']
        self.b -= self.lr * self.grads['db']


def loss(yhat, y):
    """Cost function J"""
    criterion = torch.nn.BCELoss()
    return criterion(yhat, y)


def predict(yhat):
    """0/1 predictions"""
    return yhat.gt(0.5).to(yhat.dtype)


def accuracy(yhat, y):
    """How many are right."""
    right = (predict(yhat) == y).sum().item()
    return 100.0 * right / y.numel()
