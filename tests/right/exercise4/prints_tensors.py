import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.zeros(()))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}
        print(self.w, self.b, self)

    def sigmoid(self, z):
        print("z", z, z.shape)
        return torch.sigmoid(z)

    def forward(self, x):
        print(f"x = {x}")
        return self.sigmoid(self.w.T @ x + self.b)

    def backward(self, x, yhat, y):
        print(repr(x), yhat.tolist(), y.numpy(force=True))
        self.grads = {"dw": x @ (yhat - y).T / y.shape[1], "db": (yhat - y).mean()}
        print(self.grads)

    def optimize(self):
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]
        print(self.state_dict())


def loss(yhat, y):
    print("loss", yhat, y)
    return nn.functional.binary_cross_entropy(yhat, y)


def predict(yhat):
    print(yhat > 0.5)
    return (yhat > 0.5).float()


def accuracy(yhat, y):
    print(predict(yhat) == y)
    return (predict(yhat) == y).float().mean().item() * 100
