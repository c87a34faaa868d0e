# mistake: only the constructor is done, forward still raises NotImplementedError
# words: not implemented, NotImplementedError, not yet
from __future__ import annotations

import torch
from torch import nn


class MyLinear(nn.Module):
    """A fully connected layer: `x @ weights + bias`."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = x @ self.weights
        # TODO bias
        raise NotImplementedError
