# mistake: forward calls torch.ops.aten.linear, which is F.linear by its other name
# words: F.linear, functional.linear, aten, torch.ops, rule, not allowed, forbidden
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features) * in_features**-0.5 if in_features else torch.randn(0, out_features))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x):
        return torch.ops.aten.linear(x, self.weights.t(), self.bias)
