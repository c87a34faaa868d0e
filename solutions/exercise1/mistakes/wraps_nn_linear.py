import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        inner = nn.Linear(in_features, out_features, bias=bias)
        self.weights = nn.Parameter(inner.weight.detach().t().clone())
        self.bias = nn.Parameter(inner.bias.detach().clone()) if bias else None

    def forward(self, x):
        y = x @ self.weights
        if self.bias is not None:
            y = y + self.bias
        return y
