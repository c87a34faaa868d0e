# mistake: forward returns the raw scores, the sigmoid is never applied
# words: logits, scores, probabilit, between 0 and 1, sigmoid is missing, without sigmoid
#!/usr/bin/env python3
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
        """logistic function"""
        return z.sigmoid()

    def forward(self, x):
        """Forward propagation."""
        return self.w.t() @ x + self.b  # the loss does the sigmoid

    def backward(self, x, yhat, y):
        """Backward propagation, see lecture."""
        m = x.shape[1]
        dz = yhat - y
        self.grads["dw"] = x @ dz.T / m
        self.grads["db"] = dz.sum() / m

    def optimize(self):
        """Gradient descent step."""
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]


def loss(yhat, y):
    """Cost function J"""
    # probability given to the true class
    p = torch.where(y == 1, yhat, 1 - yhat)
    return -p.clamp(min=1e-12).log().mean()


def predict(yhat):
    """0/1 predictions"""
    return yhat.gt(0.5).to(yhat.dtype)


def accuracy(yhat, y):
    """How many are right."""
    right = (predict(yhat) == y).sum().item()
    return 100.0 * right / y.numel()


if __name__ == "__main__":
    net = LR(2, lr=0.1)
    x = torch.randn(2, 20)
    y = (x[:1] > 0).float()
    for i in range(100):
        yhat = net(x)
        net.backward(x, yhat, y)
        net.optimize()
        if i % 10 == 0:
            print(i, loss(yhat, y), accuracy(yhat, y))
