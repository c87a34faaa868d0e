# mistake: math.exp in sigmoid takes single numbers only, it fails for a tensor with more than one element
# words: math.exp, torch.exp, one element, scalar, each element, element-wise, elementwise, more than one
# -*- coding: utf-8 -*-
# @author: mliu
import math
import torch
from torch import nn

class LR(nn.Module):
    def __init__(self, dim, lr = 0.01):
        super(LR, self).__init__()
        self.dim = dim
        self.learning_rate = self.lr = lr
        self.register_parameter('w', nn.Parameter(torch.zeros(size=(dim, 1)), requires_grad=False))
        self.register_buffer('b', torch.scalar_tensor(0.))
        self.grads = dict(dw=torch.zeros(dim, 1), db=torch.tensor(0.))

    def sigmoid(self, z):
        return torch.tensor(1 / (1 + math.exp(-z))).reshape(1, -1)

    def forward(self, x):
        # (1, dim) @ (dim, m) -> (1, m)
        z = torch.matmul(self.w.transpose(0, 1), x)
        z = z + self.b
        yhat = self.sigmoid(z)
        return yhat

    def backward(self, x, yhat, y):
        n_examples = y.size(-1)
        residual = (yhat - y) / n_examples
        self.grads["dw"] = torch.matmul(x, residual.transpose(0, 1))
        self.grads["db"] = torch.sum(residual)

    def optimize(self):
        step_w = self.lr * self.grads["dw"]
        step_b = self.lr * self.grads["db"]
        self.w.sub_(step_w)
        self.b.sub_(step_b)

def loss(yhat, y):
    return nn.functional.binary_cross_entropy(yhat, y)


def predict(yhat):
    return torch.where(yhat > 0.5, 1.0, 0.0)


def accuracy(yhat, y):
    correct = 0
    p = predict(yhat)
    for i in range(y.shape[1]):
        if p[0, i] == y[0, i]:
            correct += 1
    return correct / y.shape[1] * 100.0
