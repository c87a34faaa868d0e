# adapted from my old numpy notebook (week 2 of the deep learning course)
import torch
from torch import nn


def initialize_with_zeros(dim):
    w = torch.zeros((dim, 1))
    b = torch.zeros(())
    return w, b


def propagate(X, A, Y):
    m = X.shape[1]
    dw = (1 / m) * torch.matmul(X, (A - Y).T)
    db = (1 / m) * torch.sum(A - Y)
    return {"dw": dw, "db": db}


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        w, b = initialize_with_zeros(dim)
        self.register_buffer("w", w)
        self.register_buffer("b", b)
        self.learning_rate = lr
        self.grads = {"dw": torch.zeros((dim, 1)), "db": torch.zeros(())}

    def sigmoid(self, z):
        s = 1 / (1 + torch.exp(-z))
        return s

    def forward(self, X):
        A = self.sigmoid(torch.matmul(self.w.T, X) + self.b)
        return A

    def backward(self, x, yhat, y):
        self.grads = propagate(x, yhat, y)

    def optimize(self):
        dw = self.grads["dw"]
        db = self.grads["db"]
        self.w = self.w - self.learning_rate * dw
        self.b = self.b - self.learning_rate * db


def loss(yhat, y):
    m = y.shape[1]
    A = torch.clamp(yhat, 1e-10, 1)
    B = torch.clamp(1 - yhat, 1e-10, 1)
    cost = (-1 / m) * torch.sum(y * torch.log(A) + (1 - y) * torch.log(B))
    return torch.squeeze(cost)


def predict(yhat):
    m = yhat.shape[1]
    Y_prediction = torch.zeros((1, m), device=yhat.device)
    for i in range(m):
        Y_prediction[0, i] = 1 if yhat[0, i] > 0.5 else 0
    return Y_prediction


def accuracy(yhat, y):
    return 100 - torch.mean(torch.abs(predict(yhat) - y)).item() * 100
