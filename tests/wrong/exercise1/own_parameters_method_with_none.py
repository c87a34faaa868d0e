# mistake: overrides parameters() with [weights, bias], which contains None when bias=False
# words: contains none, nonetype, own parameters(, overrid, only parameter, parameters() gives
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def parameters(self, recurse=True):
        """What the optimizer gets."""
        return [self.weights, self.bias]

    def forward(self, x):
        out = torch.matmul(x, self.weights)
        if self.bias is not None:
            out = out + self.bias
        return out
