from __future__ import annotations

import math

import torch
import torch.nn as nn


class MyLinear(nn.Module):
    """A fully connected layer."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weights = nn.Parameter(torch.empty(in_features, out_features))
        self.bias = nn.Parameter(torch.empty(out_features)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        k = 1 / math.sqrt(self.in_features)
        nn.init.uniform_(self.weights, -k, k)
        if self.bias is not None:
            nn.init.uniform_(self.bias, -k, k)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = torch.matmul(x, self.weights)
        out = out if self.bias is None else out + self.bias
        return out.mean(0, keepdim=True)
