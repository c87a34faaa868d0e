# mistake: the constructor takes (out_features, in_features), the arguments in the wrong order
# words: order of the arguments, argument order, swapped, in_features, signature, transposed
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, out_features, in_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        out = x @ self.weights
        if self.bias is not None:
            out = out + self.bias
        return out
