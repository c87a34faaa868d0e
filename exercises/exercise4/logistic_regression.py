"""Exercise 4: logistic regression whose gradients are written down by hand, without autograd."""

from __future__ import annotations

from torch import Tensor, nn


class LR(nn.Module):
    """Logistic regression on examples of `dim` features.

    Attributes:
        w: (dim, 1) float32, zeros at first, without gradient; in the state_dict, and moved by `.to(device)`.
        b: 0-D float32, zero at first, likewise.
        grads: {"dw": (dim, 1), "db": 0-D}, zeros at first.
    """

    def __init__(self, dim: int, lr: float = 0.01) -> None:
        """Make `w`, `b` and `grads`.

        Args:
            dim: the number of features of an example.
            lr: the learning rate.
        """
        raise NotImplementedError

    def sigmoid(self, z: Tensor) -> Tensor:
        """Return 1 / (1 + e^-z) of each element.

        Args:
            z: scores, (1, m).

        Returns:
            (1, m), between 0 and 1.
        """
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Return the probability of class 1 for each example.

        Args:
            x: (dim, m), one example a column.

        Returns:
            (1, m), between 0 and 1.
        """
        raise NotImplementedError

    def backward(self, x: Tensor, yhat: Tensor, y: Tensor) -> None:
        """Set `grads` to the gradients of the mean binary cross-entropy at `yhat`, by formula.

        The gradients are finite even where `yhat` is exactly 0 or 1, and lie on the device of `w`.

        Args:
            x: (dim, m), one example a column.
            yhat: (1, m), the probabilities that `forward` gave for `x`.
            y: (1, m), the true classes, 0.0 and 1.0.
        """
        raise NotImplementedError

    def optimize(self) -> None:
        """Make one step of gradient descent: `w` and `b` move by `lr` times their entry of `grads`, downhill."""
        raise NotImplementedError


def loss(yhat: Tensor, y: Tensor) -> Tensor:
    """Return the mean binary cross-entropy; finite even where `yhat` is exactly 0 or 1.

    Args:
        yhat: (1, m), probabilities of class 1.
        y: (1, m), the true classes, 0.0 and 1.0.

    Returns:
        A 0-D tensor.
    """
    raise NotImplementedError


def predict(yhat: Tensor) -> Tensor:
    """Return the class of each example: 1.0 where `yhat > 0.5`, else 0.0.

    Args:
        yhat: (1, m), probabilities of class 1.

    Returns:
        (1, m), 0.0 and 1.0.
    """
    raise NotImplementedError


def accuracy(yhat: Tensor, y: Tensor) -> float:
    """Return how many examples are classified rightly, in percent.

    Args:
        yhat: (1, m), probabilities of class 1.
        y: (1, m), the true classes, 0.0 and 1.0.

    Returns:
        A Python float, 0 to 100.
    """
    raise NotImplementedError
