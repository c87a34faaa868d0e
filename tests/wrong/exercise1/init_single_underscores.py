# mistake: the constructor is called _init_ instead of __init__, so nothing is set up
# words: __init__, constructor, takes 1 positional, argument, signature
import torch
from torch import nn

class MyLinear(nn.Module):
    def _init_(self, in_features, out_features, bias=True):
        super()._init_()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        y = x @ self.weights
        return y if self.bias is None else y + self.bias
