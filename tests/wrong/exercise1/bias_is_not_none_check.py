# mistake: __init__ asks `bias is not None`, which is true for False as well, so bias=False still makes a bias
# words: None, bias=False, still registered, only parameter, no bias, without bias
from __future__ import annotations
import torch
from torch import nn

class MyLinear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        if bias is not None:
            self.bias = nn.Parameter(torch.randn(out_features))
        else:
            self.bias = None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = x @ self.weights
        if self.bias is not None:
            out = out + self.bias
        return out
