# mistake: grads is one dict at class level, shared by all nets
# words: shared, class attribute, class level, two nets, another net, each net, own dict, share
# Name: J. Keller
# exercise 4
import torch
from torch import nn


class LR(nn.Module):
    grads = {"dw": torch.zeros(1, 1), "db": torch.zeros(())}

    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.zeros(()))
        if self.grads["dw"].shape != self.w.shape:
            self.grads["dw"] = torch.zeros(dim, 1)

    def sigmoid(self, z):
        """logistic function"""
        return torch.sigmoid(z)

    def forward(self, x):
        """Forward propagation."""
        return self.sigmoid(self.w.T @ x + self.b)

    def backward(self, x, yhat, y):
        """Compute the gradients."""
        m = x.shape[1]
        dz = yhat - y
        self.grads["dw"] = x @ dz.T / m
        self.grads["db"] = dz.sum() / m

    def optimize(self):
        """update the parameters"""
        self.w.sub_(self.grads["dw"], alpha=self.lr)
        self.b.sub_(self.grads["db"], alpha=self.lr)


def loss(yhat, y):
    """Binary cross-entropy."""
    eps = 1e-7
    p = yhat.clamp(eps, 1 - eps)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def predict(yhat):
    """0/1 predictions"""
    return (yhat > 0.5).float()


def accuracy(yhat, y):
    """accuracy in %"""
    return (predict(yhat) == y).float().mean().item() * 100


if __name__ == "__main__":
    torch.manual_seed(0)
    model = LR(3)
    print(model(torch.randn(3, 4)))
