# mistake: super().__init__() is called after the parameters are assigned instead of first
# words: super().__init__, super, Module.__init__
import torch
import torch.nn as nn


class MyLinear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True):
        weights = torch.randn(in_features, out_features)
        self.weights = nn.Parameter(weights)
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None
        super().__init__()

    def forward(self, x):
        z = x @ self.weights
        return z + self.bias if self.bias is not None else z
