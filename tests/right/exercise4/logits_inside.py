import torch
from torch import nn
from torch.nn import functional as F


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.register_buffer("b", torch.zeros([]))
        self.register_buffer("w", torch.zeros([dim, 1]))
        self.lr = lr
        zeros = (torch.zeros([dim, 1]), torch.zeros([]))
        self.grads = dict(zip(("dw", "db"), zeros))

    def sigmoid(self, z):
        return torch.sigmoid(z).clamp(1e-7, 1 - 1e-7)

    def forward(self, x):
        z = torch.tensordot(self.w, x, dims=([0], [0]))
        return self.sigmoid(z + self.b)

    def backward(self, x, yhat, y):
        yhat = yhat.clamp(1e-7, 1 - 1e-7)
        dyhat = ((yhat - y) / (yhat * (1 - yhat))) / y.shape[1]
        dz = dyhat * yhat * (1 - yhat)
        self.grads["dw"] = torch.mm(x, dz.T)
        self.grads["db"] = dz.sum()

    def optimize(self):
        new = {"w": self.w - self.lr * self.grads["dw"], "b": self.b - self.lr * self.grads["db"]}
        for key in new:
            self._buffers[key] = new[key]


def loss(yhat, y):
    z = torch.logit(yhat, eps=1e-6)
    return F.softplus(z).mean() - (y * z).mean()


def predict(yhat):
    return yhat.gt(0.5).to(torch.float32)


def accuracy(yhat, y):
    right = torch.sum(predict(yhat) == y)
    return right.item() * 100 / y.shape[1]
