# mistake: only the class is written, loss, predict and accuracy are still missing (NotImplementedError)
# words: not implemented, NotImplementedError, implemented yet, unfinished
import torch
from torch import nn


class LR(nn.Module):
	def __init__(self, dim: int, lr: float = 0.01) -> None:
		super().__init__()
		self.lr = lr
		self.w = nn.Parameter(torch.zeros(dim, 1), requires_grad=False)
		self.b = nn.Parameter(torch.tensor(0.0), requires_grad=False)
		self.grads = {"dw": torch.zeros_like(self.w), "db": torch.zeros_like(self.b)}

	def sigmoid(self, z):
		"""logistic function"""
		return torch.sigmoid(z)

	def forward(self, x):
		"""Forward propagation."""
		# (1, dim) @ (dim, m) -> (1, m)
		z = torch.matmul(self.w.transpose(0, 1), x)
		z = z + self.b
		yhat = self.sigmoid(z)
		return yhat

	def backward(self, x, yhat, y):
		"""Compute the gradients."""
		n_examples = y.size(-1)
		residual = (yhat - y) / n_examples
		self.grads["dw"] = torch.matmul(x, residual.transpose(0, 1))
		self.grads["db"] = torch.sum(residual)

	def optimize(self):
		"""update the parameters"""
		step_w = self.lr * self.grads["dw"]
		step_b = self.lr * self.grads["db"]
		self.w.sub_(step_w)
		self.b.sub_(step_b)


def loss(yhat, y):
	"""Cost function J"""
	raise NotImplementedError


def predict(yhat):
	"""0/1 predictions"""
	raise NotImplementedError


def accuracy(yhat, y):
	"""accuracy in %"""
	raise NotImplementedError
