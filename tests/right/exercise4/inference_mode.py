import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.w = nn.Buffer(torch.zeros(dim, 1)) if hasattr(nn, "Buffer") else self._buf("w", torch.zeros(dim, 1))
        self.b = nn.Buffer(torch.zeros(())) if hasattr(nn, "Buffer") else self._buf("b", torch.zeros(()))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}

    def _buf(self, name, t):
        self.register_buffer(name, t)
        return t

    def sigmoid(self, z):
        return z.sigmoid()

    @torch.inference_mode()
    def forward(self, x):
        return self.sigmoid(self.w.t().mm(x).add(self.b))

    @torch.inference_mode()
    def backward(self, x, yhat, y):
        r = yhat - y
        self.grads = {"dw": x.mm(r.t()) / r.numel(), "db": r.sum() / r.numel()}

    @torch.inference_mode()
    def optimize(self):
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]


@torch.inference_mode()
def loss(yhat, y):
    return nn.functional.binary_cross_entropy(yhat, y)


@torch.inference_mode()
def predict(yhat):
    return (yhat > 0.5).float()


def accuracy(yhat, y):
    return (predict(yhat) == y).float().mean().item() * 100
