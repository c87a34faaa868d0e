# mistake: nn.Parameter without requires_grad=False: autograd tracks w and b and the in-place step on a leaf fails
# words: requires_grad, leaf, autograd, tracked
import torch
from torch import nn


class LR(nn.Module):
	def __init__(self,dim,lr=0.01):
		super().__init__()
		self.lr = lr
		self.w = nn.Parameter(torch.zeros(dim,1))
		self.b = nn.Parameter(torch.zeros(()))
		self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}

	def sigmoid(self,z):
		"""Compute the sigmoid of z."""
		return torch.sigmoid(z)

	def forward(self,x):
		"""x: (dim, m)"""
		return self.sigmoid(self.w.T @ x + self.b)

	def backward(self,x,yhat,y):
		"""Compute the gradients."""
		diff = yhat - y
		self.grads = {"dw": (x * diff).mean(dim=1, keepdim=True), "db": diff.mean()}

	def optimize(self):
		"""update the parameters"""
		self.w -= self.lr * self.grads["dw"]
		self.b -= self.lr * self.grads["db"]


def loss(yhat,y):
	"""Cost function J"""
	eps = 1e-7
	p = yhat.clamp(eps,1 - eps)
	return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def predict(yhat):
	"""Convert probabilities to classes."""
	return (yhat > 0.5).float()


def accuracy(yhat,y):
	"""accuracy in %"""
	return (predict(yhat) == y).float().mean().item() * 100
