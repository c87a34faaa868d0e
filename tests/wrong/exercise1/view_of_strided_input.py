# mistake: flattens with x.view, which fails for an input that is not contiguous (e.g. a transposed batch of sequences)
# words: contiguous, reshape, view, stride
from __future__ import annotations

import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        self.weights = nn.Parameter(torch.randn(in_features, out_features) / in_features**0.5)
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        leading = x.shape[:-1]
        rows = x.view(-1, self.in_features)          # (N, in)
        rows = torch.mm(rows, self.weights)          # (N, out)
        if self.bias is not None:
            rows = rows + self.bias
        return rows.view(*leading, self.out_features)
