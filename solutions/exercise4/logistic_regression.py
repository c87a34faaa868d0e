"""Exercise 4: logistic regression whose gradients are written down by hand, without autograd."""

from __future__ import annotations

import torch
from torch import Tensor, nn

# Far above float32's step just below 1 (about 6e-8), so that clamping works at both ends.
EPSILON = 1e-7


class LR(nn.Module):
    """Logistic regression on examples of `dim` features.

    Attributes:
        w: (dim, 1) float32, zeros at first, without gradient; in the state_dict, and moved by `.to(device)`.
        b: 0-D float32, zero at first, likewise.
        grads: {"dw": (dim, 1), "db": 0-D}, zeros at first.
    """

    w: Tensor
    b: Tensor

    def __init__(self, dim: int, lr: float = 0.01) -> None:
        """Make `w`, `b` and `grads`.

        Args:
            dim: the number of features of an example.
            lr: the learning rate.
        """
        super().__init__()
        self.lr = lr
        self.register_buffer("w", torch.zeros(dim, 1))
        self.register_buffer("b", torch.zeros(()))
        self.grads = {"dw": torch.zeros(dim, 1), "db": torch.zeros(())}

    def sigmoid(self, z: Tensor) -> Tensor:
        """Return 1 / (1 + e^-z) of each element.

        Args:
            z: scores, (1, m).

        Returns:
            (1, m), between 0 and 1.
        """
        return torch.sigmoid(z)

    def forward(self, x: Tensor) -> Tensor:
        """Return the probability of class 1 for each example.

        Args:
            x: (dim, m), one example a column.

        Returns:
            (1, m), between 0 and 1.
        """
        return self.sigmoid(self.w.T @ x + self.b)

    def backward(self, x: Tensor, yhat: Tensor, y: Tensor) -> None:
        """Set `grads` to the gradients of the mean binary cross-entropy at `yhat`, by formula.

        The gradients are finite even where `yhat` is exactly 0 or 1, and lie on the device of `w`.

        Args:
            x: (dim, m), one example a column.
            yhat: (1, m), the probabilities that `forward` gave for `x`.
            y: (1, m), the true classes, 0.0 and 1.0.
        """
        # The derivatives of the loss and of the sigmoid multiply to this; what could divide by zero cancels out.
        dz = yhat - y
        self.grads = {"dw": x @ dz.T / x.shape[1], "db": dz.mean()}

    def optimize(self) -> None:
        """Make one step of gradient descent: `w` and `b` move by `lr` times their entry of `grads`, downhill."""
        self.w -= self.lr * self.grads["dw"]
        self.b -= self.lr * self.grads["db"]


def loss(yhat: Tensor, y: Tensor) -> Tensor:
    """Return the mean binary cross-entropy; finite even where `yhat` is exactly 0 or 1.

    Args:
        yhat: (1, m), probabilities of class 1.
        y: (1, m), the true classes, 0.0 and 1.0.

    Returns:
        A 0-D tensor.
    """
    p = yhat.clamp(EPSILON, 1 - EPSILON)
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()


def predict(yhat: Tensor) -> Tensor:
    """Return the class of each example: 1.0 where `yhat > 0.5`, else 0.0.

    Args:
        yhat: (1, m), probabilities of class 1.

    Returns:
        (1, m), 0.0 and 1.0.
    """
    return (yhat > 0.5).to(yhat.dtype)


def accuracy(yhat: Tensor, y: Tensor) -> float:
    """Return how many examples are classified rightly, in percent.

    Args:
        yhat: (1, m), probabilities of class 1.
        y: (1, m), the true classes, 0.0 and 1.0.

    Returns:
        A Python float, 0 to 100.
    """
    return 100 * (predict(yhat) == y).float().mean().item()
