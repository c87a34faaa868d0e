# mistake: scores are clipped to [-10, 10], so the sigmoid never comes nearer to 0 or 1 than 4.5e-5
# words: clip, clamp, saturat, cut off
import torch
from torch import nn as nn
import torch.nn.functional as F


class LR(nn.Module):
    def __init__(self, dim: int, lr: float = 0.01) -> None:
        """
        Parameters
        ----------
        dim : int
            number of features (rows of x)
        lr : float
            learning rate of gradient descent
        """
        super().__init__()

        # hyperparameters
        self.alpha: float = float(lr)

        # state: buffers are in the state_dict and follow .to(device)
        weights = torch.zeros(size=(dim, 1), dtype=torch.float32)
        bias = torch.zeros(size=(), dtype=torch.float32)
        self.register_buffer(name="w", tensor=weights)
        self.register_buffer(name="b", tensor=bias)

        # gradients, filled by backward()
        self.grads: dict[str, torch.Tensor] = {
            "dw": torch.zeros_like(weights),
            "db": torch.zeros_like(bias),
        }

    def sigmoid(self, z):
        z = torch.clamp(z, min=-10.0, max=10.0)  # for numerical stability
        return 1.0 / (1.0 + torch.exp(-z))

    def forward(self, x): return self.sigmoid(torch.einsum("dn,dm->nm", self.w, x) + self.b)

    def backward(self, x: torch.Tensor, yhat: torch.Tensor, y: torch.Tensor) -> None:
        # dL/dyhat = (yhat - y) / (yhat (1 - yhat))
        # dyhat/dz = yhat (1 - yhat)
        # ==> dL/dz = yhat - y            (the factors cancel)
        dL_dz = yhat - y
        _, m = x.shape

        # dz/dw = x, dz/db = 1; mean over the examples
        gradient_w = (x @ dL_dz.T) / m
        gradient_b = torch.sum(dL_dz) / m

        self.grads = {"dw": gradient_w, "db": gradient_b}

    def optimize(self):
        # downhill
        for name in ("w", "b"):
            getattr(self, name).add_(self.grads["d" + name], alpha=-self.alpha)


def _safe_log(t):
    # like PyTorch's own BCELoss
    return torch.clamp(torch.log(t), min=-100.0)


def loss(yhat, y):
    """Mean binary cross-entropy.

    Where y is 1 only log(yhat) counts, where y is 0 only log(1 - yhat).
    """
    ones = y * _safe_log(yhat)
    zeros = (1.0 - y) * _safe_log(1.0 - yhat)
    cost = -(ones + zeros)
    return torch.mean(cost)


def predict(yhat):
    # strictly above one half
    classes = torch.zeros_like(yhat)
    classes[yhat > 0.5] = 1.0
    return classes


def accuracy(yhat: torch.Tensor, y: torch.Tensor) -> float:
    predictions = predict(yhat)
    number_of_examples = y.shape[1]
    number_right = 0
    for predicted, true in zip(predictions[0].tolist(), y[0].tolist()):
        if predicted == true:
            number_right += 1
    return number_right / number_of_examples * 100
