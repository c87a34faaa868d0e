# mistake: each parameter is registered twice (W and weights), so named_parameters and state_dict show wrong names
# words: two names, twice, second name, other names, wrong name, extra name
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.W = self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.b = self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        # short names, so that this reads like the formula
        if self.b is None:
            return x @ self.W
        return x @ self.W + self.b
