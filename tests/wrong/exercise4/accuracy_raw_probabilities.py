# mistake: accuracy compares the probabilities themselves with the classes, without predict
# words: predict, classes with classes, threshold, probabilities with, compare classes
# generated with help of a forum, then edited by me
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
    return 1 / (1 + torch.exp(-z))

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
  return nn.functional.binary_cross_entropy(yhat, y)

def predict(yhat):
  return (yhat > 0.5).float()

def accuracy(yhat, y):
  n_correct = (yhat == y).sum().item()
  return n_correct / y.shape[1] * 100.0
