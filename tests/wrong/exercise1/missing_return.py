# mistake: with bias=False forward computes the result but never returns it (it only prints), so the call gives None
# words: returns None, does not return, returns nothing, no return, missing return, a return, NoneType, bias=False
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        out = x @ self.weights
        if self.bias is not None:
            out = out + self.bias
            return out
        else:
            print(out.shape)
