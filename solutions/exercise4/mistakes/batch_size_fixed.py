# my solution
import torch
from torch import nn

eps = 1e-7


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super(LR, self).__init__()
        self.dim = dim
        self.learning_rate = lr
        weight = torch.zeros((dim, 1), dtype=torch.float32)
        bias = torch.tensor(0.0)
        self.register_buffer("w", weight)
        self.register_buffer("b", bias)
        self.grads = dict()
        self.grads["dw"] = torch.zeros((dim, 1))
        self.grads["db"] = torch.tensor(0.0)

    def sigmoid(self, z):
        result = torch.sigmoid(z)
        return result

    def forward(self, x):
        # w is (dim, 1), x is (dim, m)
        z = torch.mm(self.w.transpose(0, 1), x)
        z = z + self.b
        yhat = self.sigmoid(z)
        return yhat

    def backward(self, x, yhat, y):
        number_of_examples = 100
        difference = yhat - y
        dw = torch.mm(x, difference.transpose(0, 1)) / number_of_examples
        db = torch.sum(difference) / number_of_examples
        self.grads["dw"] = dw
        self.grads["db"] = db

    def optimize(self):
        self.w = self.w - self.learning_rate * self.grads["dw"]
        self.b = self.b - self.learning_rate * self.grads["db"]


def loss(yhat, y):
    first = y * torch.log(yhat + eps)
    second = (1 - y) * torch.log(1 - yhat + eps)
    return -torch.mean(first + second)


def predict(yhat):
    out = torch.zeros_like(yhat)
    out[yhat > 0.5] = 1.0
    return out


def accuracy(yhat, y):
    guesses = predict(yhat)
    right = 0
    for i in range(y.shape[1]):
        if guesses[0, i] == y[0, i]:
            right += 1
    return right / y.shape[1] * 100
