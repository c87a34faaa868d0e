# mistake: the buffers are registered with persistent=False, so they are missing from the state_dict
# words: persistent, state_dict, not saved
# ex4 -- third attempt, the other two are in git
import torch
from torch import nn

class LR(nn.Module):
	def __init__(self, dim, lr=0.01):
		super().__init__()
		self.lr = lr
		self.register_buffer("w", torch.zeros(dim, 1), persistent=False)
		self.register_buffer("b", torch.tensor(0.), persistent=False)
		self.grads = {"dw": torch.zeros(dim, 1), "db": torch.tensor(0.)}

	def sigmoid(self, z):
		"""logistic function"""
		return 1 / (1 + torch.exp(-z))

	def forward(self, x):
		"""Forward propagation."""
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
	# probability given to the true class
	p = torch.where(y == 1, yhat, 1 - yhat)
	return -p.clamp(min=1e-12).log().mean()

def predict(yhat):
	"""0/1 predictions"""
	return (yhat > 0.5).float()

def accuracy(yhat, y):
	"""accuracy in %"""
	y_pred = predict(yhat)
	n_wrong = torch.ne(y_pred, y).sum().item()
	return 100.0 - 100.0 * n_wrong / y.shape[1]
