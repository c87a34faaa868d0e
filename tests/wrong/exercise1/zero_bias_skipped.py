# mistake: adds the bias only if one of its entries is not zero; it starts at zero, so it is never in the graph and never gets a gradient
# words: .any(, bias.grad, zero bias, no gradient, is not none, skipped
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x):
        out = x @ self.weights
        if self.bias is not None and self.bias.any():
            out = out + self.bias
        return out
