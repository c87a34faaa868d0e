import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features), requires_grad=False)
        self.bias = nn.Parameter(torch.randn(out_features), requires_grad=False) if bias else None

    def forward(self, x):
        out = x @ self.weights
        return out if self.bias is None else out + self.bias
