# mistake: with bias=False the attribute bias is left out altogether instead of being None
# words: None, bias=False, no attribute, left out
import torch
import torch.nn as nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.has_bias = bias
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features))

    def forward(self, x):
        if self.has_bias:
            return x @ self.weights + self.bias
        return x @ self.weights
