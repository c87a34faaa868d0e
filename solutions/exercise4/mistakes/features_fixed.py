import torch
import torch.nn as nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(2, 1))
        self.register_buffer("b", torch.zeros(()))
        self.grads = {"dw": torch.zeros(2, 1), "db": torch.zeros(())}

    def sigmoid(self, z):
        return 1 / (1 + torch.exp(-z))

    def forward(self, x):
        return self.sigmoid(self.w.T @ x + self.b)

    def backward(self, x, yhat, y):
        m = x.shape[1]
        self.grads["dw"] = x @ (yhat - y).T / m
        self.grads["db"] = (yhat - y).sum() / m

    def optimize(self):
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]


def loss(yhat, y):
    yhat = yhat.clamp(1e-7, 1 - 1e-7)
    return -(y * yhat.log() + (1 - y) * (1 - yhat).log()).mean()


def predict(yhat):
    return (yhat > 0.5).float()


def accuracy(yhat, y):
    return (predict(yhat) == y).float().mean().item() * 100
