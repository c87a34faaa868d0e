# mistake: the loss is a Python float (.item()), not a 0-D tensor
# words: item(), Python float, 0-D, a tensor, Python number
"""Exercise 4, my solution."""
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
        """Compute the sigmoid of z."""
        return 1 / (1 + torch.exp(-z))

    def forward(self, x):
        """x: (dim, m)"""
        return self.sigmoid((self.w * x).sum(dim=0, keepdim=True) + self.b)

    def backward(self, x, yhat, y):
        """Backward propagation, see lecture."""
        m = x.size(1)
        dZ = yhat - y
        dw = (1.0 / m) * torch.mm(x, dZ.T)
        db = (1.0 / m) * dZ.sum()
        self.grads = {'dw': dw, 'db': db}

    @torch.no_grad()
    def optimize(self):
        """Gradient descent step."""
        for name in ["w", "b"]:
            p = getattr(self, name)
            p -= self.lr * self.grads["d" + name]

def loss(yhat, y):
    """Binary cross-entropy."""
    eps = 1e-7
    p = torch.clamp(yhat, eps, 1 - eps)
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean().item()

def predict(yhat):
    """Convert probabilities to classes."""
    return (yhat > 0.5).float()

def accuracy(yhat, y):
    """How many are right."""
    y_pred = predict(yhat)
    n_wrong = torch.ne(y_pred, y).sum().item()
    return 100.0 - 100.0 * n_wrong / y.shape[1]
