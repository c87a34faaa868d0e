# mistake: the epsilon 1e-12 is lost in float32: 1 - 1e-12 is exactly 1, so log(0) still comes up
# words: 1e-12, epsilon, float32, too small, digits, log(0), NaN, exactly 1
"""
Solution for exercise 4.

Note: worked on this together with Tomas.
"""
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self,dim: int,lr: float = 1e-2):
        nn.Module.__init__(self)
        self.w = nn.Parameter(torch.zeros(dim,1),False)
        self.b = nn.Parameter(torch.zeros([]),False)
        self.lr = lr
        self.grads = {'dw': self.w.data.clone(), 'db': self.b.data.clone()}

    def sigmoid(self,z):
        return torch.sigmoid(z)

    def forward(self,x):
        # (1,dim) @ (dim,m) -> (1,m)
        z = torch.matmul(self.w.transpose(0,1),x)
        z = z + self.b
        yhat = self.sigmoid(z)
        return yhat

    def backward(self,x,yhat,y):
        n_examples = y.size(-1)
        residual = (yhat - y) / n_examples
        self.grads['dw'] = torch.matmul(x,residual.transpose(0,1))
        self.grads['db'] = torch.sum(residual)

    def optimize(self):
        step_w = self.lr * self.grads['dw']
        step_b = self.lr * self.grads['db']
        self.w.sub_(step_w)
        self.b.sub_(step_b)


def loss(yhat,y):
    eps = 1e-12
    yhat = torch.clamp(yhat,eps,1 - eps)
    return torch.mean(-y * torch.log(yhat) - (1 - y) * torch.log(1 - yhat))


def predict(yhat):
    return torch.where(yhat > 0.5,1.0,0.0)


def accuracy(yhat,y):
    correct = 0
    p = predict(yhat)
    for i in range(y.shape[1]):
        if p[0,i] == y[0,i]:
            correct += 1
    return correct / y.shape[1] * 100.0


if __name__ == '__main__':
    torch.manual_seed(0)
    model = LR(3)
    print(model(torch.randn(3,4)))
