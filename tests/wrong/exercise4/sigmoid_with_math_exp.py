# mistake: math.exp on each element raises OverflowError for very negative scores (float64 beyond 709)
# words: overflow, overflowerror, math.exp, torch.exp, math range error
import math
import torch
import torch.nn as nn


class LR(nn.Module):
    """Logistic regression on examples of `dim` features."""

    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.zeros(()))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}

    def sigmoid(self, z):
        rows = [[1 / (1 + math.exp(-v)) for v in row] for row in z.tolist()]
        return torch.tensor(rows, dtype=z.dtype, device=z.device)

    def forward(self, x): return self.sigmoid(torch.einsum("dn,dm->nm", self.w, x) + self.b)

    def backward(self, x: torch.Tensor, yhat: torch.Tensor, y: torch.Tensor) -> None:
        # dL/dyhat = (yhat - y) / (yhat (1 - yhat))
        # dyhat/dz = yhat (1 - yhat)
        # ==> dL/dz = yhat - y            (the factors cancel)
        dL_dz = yhat - y
        _, m = x.shape

        # dz/dw = x, dz/db = 1; mean over the examples
        gradient_w = (x @ dL_dz.T) / m
        gradient_b = torch.sum(dL_dz) / m

        self.grads = {"dw": gradient_w, "db": gradient_b}

    def optimize(self):
        """One step of gradient descent."""
        self.w.data = self.w.data - self.lr * self.grads["dw"]
        self.b.data = self.b.data - self.lr * self.grads["db"]


def loss(yhat, y): return nn.functional.binary_cross_entropy(yhat, y)


def predict(yhat): return 1.0 * (yhat > 0.5)


def accuracy(yhat, y):
    right = (predict(yhat) == y).sum().item()
    return 100.0 * right / y.shape[1]
