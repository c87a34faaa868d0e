# mistake: backward adds to the old gradients instead of replacing them
# words: accumulate, add up, added to, replace, previous, second call, call before, old gradient
# Name: J. Keller
# exercise 4
import torch
from torch import nn

class LR(nn.Module):
  def __init__(self, dim, lr=0.01):
    super().__init__()
    self.lr = lr
    self.register_buffer("w", torch.zeros(dim, 1))
    self.register_buffer("b", torch.zeros(()))
    self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}

  def sigmoid(self, z):
    """Compute the sigmoid of z."""
    return 1 / (1 + torch.exp(-z))

  def forward(self, x):
    """x: (dim, m)"""
    return self.sigmoid((self.w * x).sum(dim=0, keepdim=True) + self.b)

  def backward(self, x, yhat, y):
    """Backward propagation, see lecture."""
    m = x.shape[1]
    self.grads["dw"] += x @ (yhat - y).T / m
    self.grads["db"] += (yhat - y).sum() / m

  @torch.no_grad()
  def optimize(self):
    """Gradient descent step."""
    for name in ["w", "b"]:
      p = getattr(self, name)
      p -= self.lr * self.grads["d" + name]

def loss(yhat, y):
  """Binary cross-entropy."""
  return nn.functional.binary_cross_entropy(yhat, y)

def predict(yhat):
  """Convert probabilities to classes."""
  return (yhat > 0.5).float()

def accuracy(yhat, y):
  """How many are right."""
  y_pred = predict(yhat)
  n_wrong = torch.ne(y_pred, y).sum().item()
  return 100.0 - 100.0 * n_wrong / y.shape[1]
