# mistake: the result is cached by the shape of the input, so other values or updated weights give the old result
# words: cache, cached, earlier call, previous call, second call, stale, remembers, state
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None
        self._memo = {}

    def forward(self, x):
        key = (tuple(x.shape), x.dtype)
        if key not in self._memo:
            out = x @ self.weights
            self._memo[key] = out if self.bias is None else out + self.bias
        return self._memo[key]
