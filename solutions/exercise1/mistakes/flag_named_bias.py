import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = bias
        if bias:
            self.b = nn.Parameter(torch.randn(out_features))

    def forward(self, x):
        out = x @ self.weights
        if self.bias:
            out = out + self.b
        return out
