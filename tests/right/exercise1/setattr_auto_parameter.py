"""Every tensor assigned becomes a parameter."""
import torch
from torch import nn


class AutoParameterModule(nn.Module):
    def __setattr__(self, name, value):
        if isinstance(value, torch.Tensor) and not isinstance(value, nn.Parameter) and value.is_floating_point():
            value = nn.Parameter(value)
        super().__setattr__(name, value)


class MyLinear(AutoParameterModule):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = torch.randn(in_features, out_features)
        self.bias = torch.randn(out_features) if bias else None

    def forward(self, x):
        return x @ self.weights + (0 if self.bias is None else self.bias)
