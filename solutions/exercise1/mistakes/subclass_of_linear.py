import torch
from torch import nn


class MyLinear(nn.Linear):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__(in_features, out_features, bias=bias)
        self.weights = nn.Parameter(self.weight.data.T.clone())
        del self.weight

    def forward(self, x):
        out = x @ self.weights
        return out if self.bias is None else out + self.bias
