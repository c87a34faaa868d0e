import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim: int, lr: float = 0.01):
        super().__init__()
        self.w = nn.Parameter(torch.zeros(dim, 1))
        self.b = nn.Parameter(torch.zeros(()))
        self.requires_grad_(False)
        self.lr = lr
        self.grads = {}
        self.grads["dw"] = torch.zeros(dim, 1)
        self.grads["db"] = torch.zeros(())
        self.activation = nn.Sigmoid()

    def sigmoid(self, z):
        return self.activation(z)

    def forward(self, x):
        return self.sigmoid((self.w * x).sum(dim=0, keepdim=True) + self.b)

    def backward(self, x, yhat, y):
        dz = yhat - y
        self.grads["dw"] = (x * dz).mean(dim=1, keepdim=True)
        self.grads["db"] = dz.mean()

    def optimize(self):
        self.w.data = self.w.data - self.lr * self.grads["dw"]
        self.b.data = self.b.data - self.lr * self.grads["db"]


bce = nn.BCELoss()


def loss(yhat, y):
    return bce(yhat, y)


def predict(yhat):
    return torch.gt(yhat, 0.5) * 1.0


def accuracy(yhat, y):
    wrong = (predict(yhat) != y).sum().item()
    return (1 - wrong / y.numel()) * 100
