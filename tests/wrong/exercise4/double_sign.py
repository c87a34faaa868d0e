# mistake: y - yhat in backward and += in optimize: training works but the gradients have the wrong sign and optimize goes uphill
# words: the sign, wrong sign, sign is, yhat - y, y - yhat, opposite, uphill, negative of
"""
Solution for exercise 4.

Note: worked on this together with Tomas.
"""
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self,dim: int,lr: float = 0.01) -> None:
        super().__init__()
        self.lr = lr
        self.w = nn.Parameter(torch.zeros(dim,1),requires_grad=False)
        self.b = nn.Parameter(torch.tensor(0.0),requires_grad=False)
        self.grads = {"dw": torch.zeros_like(self.w), "db": torch.zeros_like(self.b)}

    def sigmoid(self,z):
        return torch.sigmoid(z)

    def forward(self,x):
        # (1,dim) @ (dim,m) -> (1,m)
        z = torch.matmul(self.w.transpose(0,1),x)
        z = z + self.b
        yhat = self.sigmoid(z)
        return yhat

    # Andrew Ng's other derivation: theta := theta + alpha * (y - h(x)) * x
    def backward(self,x,yhat,y):
        self.grads["dw"] = x @ (y - yhat).T / y.size(1)
        self.grads["db"] = (y - yhat).mean()

    def optimize(self):
        self.w += self.lr * self.grads["dw"]
        self.b += self.lr * self.grads["db"]


def loss(yhat,y):
    return nn.functional.binary_cross_entropy(yhat,y)


def predict(yhat):
    return torch.where(yhat > 0.5,1.0,0.0)


def accuracy(yhat,y):
    correct = 0
    p = predict(yhat)
    for i in range(y.shape[1]):
        if p[0,i] == y[0,i]:
            correct += 1
    return correct / y.shape[1] * 100.0
