import torch
from torch import nn

EPS = 1e-7


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.zeros(()))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}

    def sigmoid(self, z):
        return 1 / (1 + torch.exp(-z))

    def forward(self, x):
        z = self.w.T @ x  # (1, dim) @ (dim, m) -> (1, m)
        z = z + self.b
        return self.sigmoid(z)

    def backward(self, x, yhat, y):
        # all the links of the chain one by one, on a safe yhat
        m = y.shape[1]
        p = torch.clamp(yhat, EPS, 1 - EPS)
        dL_dp = (-(y / p) + (1 - y) / (1 - p)) / m
        dp_dz = p * (1 - p)
        dL_dz = dL_dp * dp_dz
        dz_dw = x
        dL_dw = torch.zeros_like(self.w)
        for i in range(m):
            dL_dw += dL_dz[0, i] * dz_dw[:, i : i + 1]
        dL_db = dL_dz.sum()
        self.grads["dw"] = dL_dw
        self.grads["db"] = dL_db

    def optimize(self):
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]


def loss(yhat, y):
    eps = 1e-7
    p = yhat.clamp(eps, 1 - eps)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def predict(yhat):
    return (yhat > 0.5).float()


def accuracy(yhat, y):
    return (predict(yhat) == y).float().mean().item() * 100
