# mistake: m is taken from x.shape[0], the number of features, not of examples
# words: number of examples, shape[0], shape[1], number of columns, number of features, x.shape, divide
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
        return 1 / (1 + torch.exp(-z))

    def forward(self, x):
        return self.sigmoid((self.w * x).sum(dim=0, keepdim=True) + self.b)

    def backward(self, x, yhat, y):
        m = x.shape[0]
        self.grads["dw"] = x @ (yhat - y).T / m
        self.grads["db"] = (yhat - y).sum() / m

    @torch.no_grad()
    def optimize(self):
        for name in ["w", "b"]:
            p = getattr(self, name)
            p -= self.lr * self.grads["d" + name]

def loss(yhat, y):
    eps = 1e-7
    p = yhat.clamp(eps, 1 - eps)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()

def predict(yhat):
    return (yhat > 0.5).float()

def accuracy(yhat, y):
    y_pred = predict(yhat)
    n_wrong = torch.ne(y_pred, y).sum().item()
    return 100.0 - 100.0 * n_wrong / y.shape[1]
