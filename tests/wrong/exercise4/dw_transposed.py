# mistake: dw comes out as (1, dim), transposed against w
# words: transposed, transpose, shape of dw, shape of `dw`, shape of what it belongs, shape of w, shape of `w`
import torch
from torch import nn


class LR(nn.Module):
    def __init__(self,dim,lr = 0.01):
        super(LR,self).__init__()
        self.dim = dim
        self.learning_rate = self.lr = lr
        self.register_parameter('w',nn.Parameter(torch.zeros(size=(dim,1)),requires_grad=False))
        self.register_buffer('b',torch.scalar_tensor(0.))
        self.grads = dict(dw=torch.zeros(dim,1),db=torch.tensor(0.))

    def sigmoid(self,z):
        return z.sigmoid()

    def forward(self,x):
        return self.sigmoid(self.w.T @ x + self.b)

    def backward(self,x,yhat,y):
        m = y.shape[1]
        self.grads["dw"] = (yhat - y) @ x.T / m
        self.grads["db"] = (yhat - y).sum() / m

    def optimize(self):
        self.w -= self.lr * self.grads["dw"].T
        self.b -= self.lr * self.grads["db"]


def loss(yhat,y):
    criterion = torch.nn.BCELoss()
    return criterion(yhat,y)


def predict(yhat):
    return yhat.gt(0.5).to(yhat.dtype)


def accuracy(yhat,y):
    right = (predict(yhat) == y).sum().item()
    return 100.0 * right / y.numel()
