import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super().__init__()
        self.lr = lr
        self.w = nn.Parameter(torch.zeros(dim, 1), requires_grad=False)
        self.b = nn.Parameter(torch.tensor(0.0), requires_grad=False)
        self.grads = {"dw": torch.zeros_like(self.w), "db": torch.zeros_like(self.b)}

    def sigmoid(self, z):
        return nn.Sigmoid()(z)

    def forward(self, x):
        score = x.t().matmul(self.w).add(self.b)  # (m, 1)
        return self.sigmoid(score.t())

    def backward(self, x, yhat, y):
        db = torch.mean(yhat - y)
        dw = torch.empty_like(self.w)
        for k, feature in enumerate(x):
            dw[k] = torch.mean(feature * (yhat - y)[0])
        self.grads.clear()
        self.grads.update({"dw": dw, "db": db})

    def optimize(self):
        for p, g in zip(self.parameters(), self.grads.values()):
            p.data -= self.lr * g


def loss(yhat, y):
    p = yhat.double()
    t = y.double()
    p = p.clamp(1e-12, 1 - 1e-12)  # double has the digits for it
    return (-(t * p.log() + (1 - t) * (1 - p).log())).mean().float()


def predict(yhat):
    return torch.ceil(yhat - 0.5).clamp(0, 1)


def accuracy(yhat, y):
    right = (predict(yhat) == y).sum().item()
    return 100.0 * right / y.numel()
