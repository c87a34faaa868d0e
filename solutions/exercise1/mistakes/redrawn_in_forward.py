import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.use_bias = bias
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        # initialise the weights
        self.weights = nn.Parameter(torch.randn(self.in_features, self.out_features, dtype=x.dtype, device=x.device))
        out = x @ self.weights
        if self.use_bias:
            out = out + self.bias
        return out
