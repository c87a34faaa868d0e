# mistake: optimize adds the gradient instead of subtracting it, gradient ascent
# words: the sign, uphill, ascent, subtract, downhill, wrong sign, opposite, wrong direction
"""
Solution for exercise 4.

Note: worked on this together with Tomas.
"""
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self,dim,lr=0.01):
        super().__init__()
        self.lr = lr
        self.register_buffer('w',torch.zeros(dim,1))
        self.register_buffer('b',torch.zeros(()))
        self.grads = {'dw': torch.zeros(dim, 1), 'db': torch.zeros(())}

    def sigmoid(self,z):
        return z.sigmoid()

    def forward(self,x):
        return self.sigmoid(self.w.T @ x + self.b)

    def backward(self,x,yhat,y):
        m = x.shape[1]
        dz = yhat - y
        self.grads['dw'] = x @ dz.T / m
        self.grads['db'] = dz.sum() / m

    def optimize(self):
        self.w += self.lr * self.grads['dw']
        self.b += self.lr * self.grads['db']


def loss(yhat,y):
    # what torch does: no logarithm below -100
    log_p = torch.log(yhat).clamp(min=-100)
    log_q = torch.log(1 - yhat).clamp(min=-100)
    return torch.mean(-y * log_p - (1 - y) * log_q)


def predict(yhat):
    return yhat.gt(0.5).to(yhat.dtype)


def accuracy(yhat,y):
    right = (predict(yhat) == y).sum().item()
    return 100.0 * right / y.numel()
