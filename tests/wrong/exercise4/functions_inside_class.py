# mistake: loss, predict and accuracy are methods of the class, not functions of the module
# words: functions of the module, module level, functions of the file, outside the class, not found, no attribute, missing, not defined
# ex4 -- third attempt, the other two are in git
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros((dim, 1), dtype=torch.float32))
        self.register_buffer("b", torch.tensor(0, dtype=torch.float32))
        self.grads = {}
        self.grads["dw"] = torch.zeros_like(self.w)
        self.grads["db"] = torch.zeros_like(self.b)

    def sigmoid(self, z):
        return z.sigmoid()

    def forward(self, x):
        return self.sigmoid(self.w.T @ x + self.b)

    def backward(self, x, yhat, y):
        m = x.shape[1]
        dz = yhat - y
        self.grads["dw"] = x @ dz.T / m
        self.grads["db"] = dz.sum() / m

    def optimize(self):
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]

    def loss(self, yhat, y):
        p = yhat.clamp(1e-7, 1 - 1e-7)
        return -(y * p.log() + (1 - y) * (1 - p).log()).mean()

    def predict(self, yhat):
        return (yhat > 0.5).float()

    def accuracy(self, yhat, y):
        return (self.predict(yhat) == y).float().mean().item() * 100
