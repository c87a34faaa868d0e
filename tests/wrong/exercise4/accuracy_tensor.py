# mistake: accuracy returns a 0-D tensor, not a Python float
# words: item(), Python float, float(, Python number, a tensor
# adapted from an answer on stack overflow, changed for this exercise
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer('w', torch.zeros(dim, 1))
        self.register_buffer('b', torch.zeros(()))
        self.grads = {'dw': torch.zeros(dim, 1), 'db': torch.zeros(())}

    def sigmoid(self, z):
        """Numerically fine: exp(-z) may be inf, 1 / inf is 0."""
        denominator = 1.0 + torch.exp(-z)
        return 1.0 / denominator

    def forward(self, x):
        z = torch.mm(self.w.t(), x) + self.b
        return self.sigmoid(z)

    def backward(self, x, yhat, y):
        diff = yhat - y
        self.grads = {'dw': (x * diff).mean(dim=1, keepdim=True), 'db': diff.mean()}

    def optimize(self):
        self.w.sub_(self.grads['dw'], alpha=self.lr)
        self.b.sub_(self.grads['db'], alpha=self.lr)


def loss(yhat, y):
    return nn.functional.binary_cross_entropy(yhat, y)


def predict(yhat):
    out = torch.zeros_like(yhat)
    out[yhat > 0.5] = 1.0
    return out


def accuracy(yhat, y):
    return 100 * torch.mean((predict(yhat) == y).float())


if __name__ == '__main__':
    net = LR(2, lr=0.1)
    x = torch.randn(2, 20)
    y = (x[:1] > 0).float()
    for i in range(100):
        yhat = net(x)
        net.backward(x, yhat, y)
        net.optimize()
        if i % 10 == 0:
            print(i, loss(yhat, y), accuracy(yhat, y))
