# mistake: b has the shape (1,) instead of being 0-D
# words: 0-D, 0-dimensional, no dimension, zeros(()), scalar, shape of b, shape of `b`, zero-dimensional
import torch
from torch import nn

class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.zeros(1))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(1)}

    def sigmoid(self, z):
        return 1 / (1 + torch.exp(-z))

    def forward(self, x):
        return self.sigmoid((self.w * x).sum(dim=0, keepdim=True) + self.b)

    def backward(self, x, yhat, y):
        dz = yhat - y
        self.grads["dw"] = x @ dz.T / x.shape[1]
        self.grads["db"] = dz.mean(dim=1)

    @torch.no_grad()
    def optimize(self):
        for name in ["w", "b"]:
            p = getattr(self, name)
            p -= self.lr * self.grads["d" + name]

def loss(yhat, y):
    criterion = torch.nn.BCELoss()
    return criterion(yhat, y)

def predict(yhat):
    return (yhat > 0.5).float()

def accuracy(yhat, y):
    y_pred = predict(yhat)
    n_wrong = torch.ne(y_pred, y).sum().item()
    return 100.0 - 100.0 * n_wrong / y.shape[1]
