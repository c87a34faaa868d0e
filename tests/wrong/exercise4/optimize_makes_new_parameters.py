# mistake: optimize replaces w and b by new nn.Parameters, which want gradients (requires_grad True)
# words: requires_grad, want gradients, wants gradients, new parameter
import torch
import torch.nn as nn


class LR(nn.Module):
    def __init__(self, dim, lr=0.01):
        super(LR, self).__init__()
        # no autograd, so the parameters do not want gradients
        self.w = nn.Parameter(torch.zeros((dim, 1)), requires_grad=False)
        self.b = nn.Parameter(torch.tensor(0.0), requires_grad=False)
        self.grads = {"dw": torch.zeros_like(self.w.data), "db": torch.zeros_like(self.b.data)}
        self.learning_rate = lr

    def sigmoid(self, z):
        """Sigmoid without overflow: the exponent is never positive."""
        e = torch.exp(-torch.abs(z))
        return torch.where(z >= 0, 1 / (1 + e), e / (1 + e))

    def forward(self, x):
        with torch.no_grad():
            return self.sigmoid(self.w.T @ x + self.b)

    def backward(self, x: torch.Tensor, yhat: torch.Tensor, y: torch.Tensor) -> None:
        m = x.shape[1]
        dz = yhat - y
        self.grads = {"dw": x @ dz.T / m, "db": dz.sum() / m}

    def optimize(self):
        # self.w = self.w - ... gives: cannot assign 'torch.FloatTensor' as parameter 'w'
        self.w = nn.Parameter(self.w.data - self.learning_rate * self.grads["dw"])
        self.b = nn.Parameter(self.b.data - self.learning_rate * self.grads["db"])


def loss(yhat, y): return nn.functional.binary_cross_entropy(yhat, y)


def predict(yhat):
    # strictly above one half
    classes = torch.zeros_like(yhat)
    classes[yhat > 0.5] = 1.0
    return classes


def accuracy(yhat, y):
    """Percent of the examples classified rightly."""
    wrong = torch.abs(predict(yhat) - y).sum()
    return float(100 * (1 - wrong / y.numel()))
