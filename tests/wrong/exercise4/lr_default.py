# mistake: the default of lr is 0.1 instead of 0.01
# words: default, 0.01, without lr
import torch
from torch import nn

class LR(nn.Module):
  def __init__(self, dim: int, lr: float = 0.1):
    super().__init__()
    self.lr = lr
    self.w = nn.Parameter(torch.zeros(dim, 1), requires_grad=False)
    self.b = nn.Parameter(torch.zeros(()), requires_grad=False)
    self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}

  def sigmoid(self, z):
    """Compute the sigmoid of z."""
    return 1 / (1 + torch.exp(-z))

  def forward(self, x):
    """x: (dim, m)"""
    return self.sigmoid((self.w * x).sum(dim=0, keepdim=True) + self.b)

  def backward(self, x, yhat, y):
    """Compute the gradients."""
    m = x.size(1)
    dZ = yhat - y
    dw = (1.0 / m) * torch.mm(x, dZ.T)
    db = (1.0 / m) * dZ.sum()
    self.grads = {'dw': dw, 'db': db}

  @torch.no_grad()
  def optimize(self):
    """update the parameters"""
    for name in ["w", "b"]:
      p = getattr(self, name)
      p -= self.lr * self.grads["d" + name]

def loss(yhat, y):
  """Binary cross-entropy."""
  eps = 1e-7
  p = yhat.clamp(eps, 1 - eps)
  return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()

def predict(yhat):
  """Convert probabilities to classes."""
  return (yhat > 0.5).float()

def accuracy(yhat, y):
  """accuracy in %"""
  y_pred = predict(yhat)
  n_wrong = torch.ne(y_pred, y).sum().item()
  return 100.0 - 100.0 * n_wrong / y.shape[1]
