# mistake: exp(z) / (1 + exp(z)) overflows to inf / inf = NaN for large z
# words: overflow, NaN, large, stable, exp(z), stability, finite
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
        return torch.exp(z) / (1 + torch.exp(z))

    def forward(self, x):
        return self.sigmoid((self.w * x).sum(dim=0, keepdim=True) + self.b)

    def backward(self, x, yhat, y):
        m = x.size(1)
        dZ = yhat - y
        dw = (1.0 / m) * torch.mm(x, dZ.T)
        db = (1.0 / m) * dZ.sum()
        self.grads = {'dw': dw, 'db': db}

    @torch.no_grad()
    def optimize(self):
        for name in ["w", "b"]:
            p = getattr(self, name)
            p -= self.lr * self.grads["d" + name]

def loss(yhat, y):
    criterion = torch.nn.BCELoss()
    return criterion(yhat, y)

def predict(yhat):
    return (yhat > 0.5).float()

def accuracy(yhat, y):
    y_pred = predict(yhat)
    n_wrong = torch.ne(y_pred, y).sum().item()
    return 100.0 - 100.0 * n_wrong / y.shape[1]
