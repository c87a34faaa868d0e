import torch
from torch import nn, einsum


class LR(nn.Module):
    def __init__(self, dim, lr = 0.01):
        super(LR, self).__init__()
        self.dim = dim
        self.learning_rate = self.lr = lr
        self.register_parameter('w', nn.Parameter(torch.zeros(size=(dim, 1)), requires_grad=False))
        self.register_buffer('b', torch.scalar_tensor(0.))
        self.grads = dict(dw=torch.zeros(dim, 1), db=torch.tensor(0.))

    def sigmoid(self, z):
        return torch.special.expit(z)

    def forward(self, x):
        return self.sigmoid(einsum("ik,im->km", self.w, x) + self.b)

    def backward(self, x, yhat, y):
        r = yhat - y
        m = r.size(1)
        self.grads.update(dw=einsum("im,km->ik", x, r) / m, db=einsum("km->", r) / m)

    def optimize(self):
        for name in ("w", "b"):
            getattr(self, name).add_(self.grads["d" + name], alpha=-self.lr)


def loss(yhat, y):
    # what torch does: no logarithm below -100
    log_p = torch.log(yhat).clamp(min=-100)
    log_q = torch.log(1 - yhat).clamp(min=-100)
    return torch.mean(-y * log_p - (1 - y) * log_q)


def predict(yhat):
    return (yhat > 0.5).float()


def accuracy(yhat, y):
    right = (predict(yhat) == y).sum().item()
    return 100.0 * right / y.numel()
