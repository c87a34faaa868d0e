# mistake: the keys of grads are w and b instead of dw and db
# words: keys, `dw`, KeyError, "dw", 'dw'
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
        self.grads = {'w': torch.zeros(dim, 1), 'b': torch.zeros(())}

    def sigmoid(self,z):
        """Compute the sigmoid of z."""
        return torch.sigmoid(z)

    def forward(self,x):
        """x: (dim, m)"""
        # (1,dim) @ (dim,m) -> (1,m)
        z = torch.matmul(self.w.transpose(0,1),x)
        z = z + self.b
        yhat = self.sigmoid(z)
        return yhat

    def backward(self,x,yhat,y):
        """Backward propagation, see lecture."""
        err = yhat - y
        self.grads['w'] = x @ err.T / y.shape[1]
        self.grads['b'] = err.mean()

    def optimize(self):
        """Gradient descent step."""
        for k,g in self.grads.items():
            getattr(self,k).sub_(self.lr * g)


def loss(yhat,y):
    """Cost function J"""
    return nn.functional.binary_cross_entropy(yhat,y)


def predict(yhat):
    """Convert probabilities to classes."""
    return torch.where(yhat > 0.5,1.0,0.0)


def accuracy(yhat,y):
    """How many are right."""
    correct = 0
    p = predict(yhat)
    for i in range(y.shape[1]):
        if p[0,i] == y[0,i]:
            correct += 1
    return correct / y.shape[1] * 100.0
