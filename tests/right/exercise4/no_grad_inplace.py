import torch
import torch.nn as nn


class LR(nn.Module):
    def __init__(self, dim, lr = 0.01):
        super(LR, self).__init__()
        self.dim = dim
        self.learning_rate = self.lr = lr
        self.register_parameter('w', nn.Parameter(torch.zeros(size=(dim, 1)), requires_grad=False))
        self.register_buffer('b', torch.scalar_tensor(0.))
        self.grads = dict(dw=torch.zeros(dim, 1), db=torch.tensor(0.))

    def sigmoid(self, z):
        return torch.sigmoid(z)

    @torch.no_grad()
    def forward(self, x):
        assert x.dim() == 2 and x.shape[0] == self.dim
        return self.sigmoid(torch.matmul(self.w.T, x).add(self.b))

    @torch.no_grad()
    def backward(self, x, yhat, y):
        num_examples = yhat.shape[1]
        delta = yhat.sub(y)
        self.grads['dw'] = torch.mm(x, delta.t()).div_(num_examples)
        self.grads['db'] = delta.sum().div_(num_examples)

    @torch.no_grad()
    def optimize(self):
        self.w.copy_(self.w - self.grads['dw'] * self.lr)
        self.b.copy_(self.b - self.grads['db'] * self.lr)


def loss(yhat, y):
    tiny = 1e-38
    entropy = torch.zeros_like(yhat)
    pos = y == 1
    entropy[pos] = -(yhat[pos] + tiny).log()
    entropy[~pos] = -torch.log1p(-yhat[~pos]).clamp(min=-100)
    return entropy.mean()


def predict(yhat):
    out = torch.zeros_like(yhat)
    out[yhat > 0.5] = 1
    return out


def accuracy(yhat, y):
    return (predict(yhat) == y).float().mean().item() * 100
