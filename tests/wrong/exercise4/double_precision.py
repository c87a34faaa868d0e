# mistake: w and b are float64 instead of float32
# words: float64, float32, dtype, double
#!/usr/bin/env python3
import numpy as np
import torch
from torch import nn

class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super().__init__()
        self.lr = lr
        # as in the numpy version of the course
        self.register_buffer('w', torch.from_numpy(np.zeros((dim, 1))))
        self.register_buffer('b', torch.tensor(np.float64(0)))
        self.grads = {'dw': torch.zeros_like(self.w), 'db': torch.zeros_like(self.b)}

    def sigmoid(self, z):
        return 1 / (1 + torch.exp(-z))

    def forward(self, x):
        return self.sigmoid(self.w.T @ x.double() + self.b)

    def backward(self, x, yhat, y):
        d = (yhat - y).double()
        self.grads['dw'] = x.double() @ d.T / d.shape[1]
        self.grads['db'] = d.mean()

    @torch.no_grad()
    def optimize(self):
        for name in ['w', 'b']:
            p = getattr(self, name)
            p -= self.lr * self.grads['d' + name]

def loss(yhat, y):
    # probability given to the true class
    p = torch.where(y == 1, yhat, 1 - yhat)
    return -p.clamp(min=1e-12).log().mean()

def predict(yhat):
    return (yhat > 0.5).float()

def accuracy(yhat, y):
    y_pred = predict(yhat)
    n_wrong = torch.ne(y_pred, y).sum().item()
    return 100.0 - 100.0 * n_wrong / y.shape[1]

if __name__ == '__main__':
    torch.manual_seed(0)
    model = LR(3)
    print(model(torch.randn(3, 4)))
