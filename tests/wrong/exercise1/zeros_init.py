# mistake: all weights start at zero, so all outputs stay equal and there is no symmetry breaking
# words: constant, not random, randomly, all the same, all equal, zero, symmetry
import torch
from torch import nn, Tensor


class MyLinear(nn.Module):
    weights: nn.Parameter
    bias: "nn.Parameter | None"

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.zeros(in_features, out_features))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        out = x @ self.weights
        return out if self.bias is None else out + self.bias
