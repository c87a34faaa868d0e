"""Exercise 1: a fully connected layer of your own. The task is in README.md."""

from __future__ import annotations

import torch
from torch import nn


class MyLinear(nn.Module):
    """A fully connected layer: `x @ weights + bias`.

    Attributes:
        weights: an `nn.Parameter` of shape (in_features, out_features), randomly initialised.
        bias: an `nn.Parameter` of shape (out_features,), or None when the layer was made with `bias=False`.
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        """Make the parameters of the layer.

        Args:
            in_features: size of the last dimension of the input.
            out_features: size of the last dimension of the result.
            bias: whether the layer has a bias.
        """
        raise NotImplementedError

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return `x @ weights + bias`.

        Args:
            x: (..., in_features), any number of leading dimensions, zero included.

        Returns:
            (..., out_features), with the dtype and on the device of the layer.
        """
        raise NotImplementedError
