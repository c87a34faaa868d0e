import torch
from torch import nn

print("logistic regression")


def _rows(x):
    return x.t()


class LR(nn.Module):
    """Works on examples as rows inside, and turns the result."""

    grads: dict

    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.scalar_tensor(0.0))
        self.register_buffer("lr", torch.tensor(float(lr)))
        self.grads = {"dw": self.w.clone(), "db": self.b.clone()}

    sigmoid = staticmethod(lambda z: torch.exp(-torch.nn.functional.softplus(-z)))

    def forward(self, x):
        return self.sigmoid(_rows(x) @ self.w + self.b).t()

    def backward(self, x, yhat, y):
        rows, error = _rows(x), _rows(yhat - y)
        count = float(len(rows))
        self.grads = {"dw": rows.t().mm(error).mul(1 / count), "db": error.sum() * (1 / count)}

    def optimize(self):
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]


def loss(yhat, y):
    log_p = torch.log(yhat).clamp(min=-100)
    log_q = torch.log1p(-yhat).clamp(min=-100)
    return -(y * log_p + (1 - y) * log_q).mean()


def predict(yhat):
    return torch.zeros_like(yhat).masked_fill(yhat > 0.5, 1.0)


def accuracy(yhat, y):
    accuracy_tensor = (predict(yhat) == y).float().mean() * 100
    return float(accuracy_tensor)
