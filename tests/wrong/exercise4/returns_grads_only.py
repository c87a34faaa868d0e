# mistake: backward returns the gradients but does not set self.grads
# words: self.grads, does not set, not stored, sets grads, store, not set, stay zero, never set
#!/usr/bin/env python3
import torch
from torch import nn


class LR(nn.Module):
  def __init__(self, dim, lr=0.01):
    super().__init__()
    self.lr = lr
    self.register_buffer('w', torch.zeros((dim, 1), dtype=torch.float32))
    self.register_buffer('b', torch.tensor(0, dtype=torch.float32))
    self.grads = {}
    self.grads['dw'] = torch.zeros_like(self.w)
    self.grads['db'] = torch.zeros_like(self.b)

  def sigmoid(self, z):
    return torch.sigmoid(z)

  def forward(self, x):
    # (1, dim) @ (dim, m) -> (1, m)
    z = torch.matmul(self.w.transpose(0, 1), x)
    z = z + self.b
    yhat = self.sigmoid(z)
    return yhat

  def backward(self, x, yhat, y):
    m = x.shape[1]
    grads = {'dw': x @ (yhat - y).T / m, 'db': (yhat - y).sum() / m}
    return grads

  def optimize(self):
    step_w = self.lr * self.grads['dw']
    step_b = self.lr * self.grads['db']
    self.w.sub_(step_w)
    self.b.sub_(step_b)


def loss(yhat, y):
  criterion = torch.nn.BCELoss()
  return criterion(yhat, y)


def predict(yhat):
  return torch.where(yhat > 0.5, 1.0, 0.0)


def accuracy(yhat, y):
  correct = 0
  p = predict(yhat)
  for i in range(y.shape[1]):
    if p[0, i] == y[0, i]:
      correct += 1
  return correct / y.shape[1] * 100.0


if __name__ == '__main__':
  net = LR(2, lr=0.1)
  x = torch.randn(2, 20)
  y = (x[:1] > 0).float()
  for i in range(100):
    yhat = net(x)
    net.backward(x, yhat, y)
    net.optimize()
    if i % 10 == 0:
      print(i, loss(yhat, y), accuracy(yhat, y))
