# mistake: y - yhat instead of yhat - y: the gradients have the wrong sign
# words: the sign, wrong sign, sign is, yhat - y, y - yhat, opposite, negative of, sign of
# ex4 -- third attempt, the other two are in git
import torch
from torch import nn

class LR(nn.Module):
    def __init__(self, dim: int, lr: float = 0.01) -> None:
        super().__init__()
        self.lr = lr
        self.w = nn.Parameter(torch.zeros(dim, 1), requires_grad=False)
        self.b = nn.Parameter(torch.tensor(0.0), requires_grad=False)
        self.grads = {'dw': torch.zeros_like(self.w), 'db': torch.zeros_like(self.b)}

    def sigmoid(self, z):
        return 1 / (1 + torch.exp(-z))

    def forward(self, x):
        return self.sigmoid((self.w * x).sum(dim=0, keepdim=True) + self.b)

    def backward(self, x, yhat, y):
        m = x.shape[1]
        error = y - yhat
        self.grads['dw'] = torch.mm(x, error.t()) / m
        self.grads['db'] = torch.sum(error) / m

    @torch.no_grad()
    def optimize(self):
        for name in ['w', 'b']:
            p = getattr(self, name)
            p -= self.lr * self.grads['d' + name]

def loss(yhat, y):
    criterion = torch.nn.BCELoss()
    return criterion(yhat, y)

def predict(yhat):
    return (yhat > 0.5).float()

def accuracy(yhat, y):
    y_pred = predict(yhat)
    n_wrong = torch.ne(y_pred, y).sum().item()
    return 100.0 - 100.0 * n_wrong / y.shape[1]
