# mistake: forward always adds self.bias, which is None when bias=False, and raises TypeError
# words: None, bias=False, without bias, NoneType
import torch
import torch.nn as nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features))
        else:
            self.bias = None

    def forward(self, x):
        return x @ self.weights + self.bias
