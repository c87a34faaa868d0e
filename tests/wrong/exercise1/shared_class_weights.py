# mistake: weights are cached at class level by size, so two layers of one size share the same parameter
# words: two layers, share, shared, same weights, start alike, identical, own draw
import torch
from torch import nn


class MyLinear(nn.Module):
    _store = {}

    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        key = (in_features, out_features)
        if key not in self._store:
            self._store[key] = nn.Parameter(torch.randn(in_features, out_features))
        self.weights = self._store[key]
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        out = x @ self.weights
        if self.bias is not None:
            out = out + self.bias
        return out
