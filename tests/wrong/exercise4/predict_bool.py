# mistake: predict returns a bool tensor, not 0.0 and 1.0
# words: bool, dtype, 0.0 and 1.0, True
# generated with help of a forum, then edited by me
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
        """Compute the sigmoid of z."""
        return 1 / (1 + torch.exp(-z))

    def forward(self, x):
        """x: (dim, m)"""
        return self.sigmoid((self.w * x).sum(dim=0, keepdim=True) + self.b)

    def backward(self, x, yhat, y):
        """Compute the gradients."""
        m = x.size(1)
        dZ = yhat - y
        dw = (1.0 / m) * torch.mm(x, dZ.T)
        db = (1.0 / m) * dZ.sum()
        self.grads = {'dw': dw, 'db': db}

    @torch.no_grad()
    def optimize(self):
        """update the parameters"""
        for name in ["w", "b"]:
            p = getattr(self, name)
            p -= self.lr * self.grads["d" + name]

def loss(yhat, y):
    """Binary cross-entropy."""
    criterion = torch.nn.BCELoss()
    return criterion(yhat, y)

def predict(yhat):
    """Convert probabilities to classes."""
    return yhat > 0.5

def accuracy(yhat, y):
    """accuracy in %"""
    y_pred = predict(yhat)
    n_wrong = torch.ne(y_pred, y).sum().item()
    return 100.0 - 100.0 * n_wrong / y.shape[1]
