"""einsum, trunc-normal init."""
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weights = nn.Parameter(nn.init.trunc_normal_(torch.empty(in_features, out_features), std=0.05))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.einsum("...i,io->...o", x, self.weights)
        return y if self.bias is None else y + self.bias
