# mistake: a Python loop over the batch with torch.stack raises for an empty batch, there is nothing to stack
# words: empty, zero, size 0, no examples, torch.stack
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def _one(self, row):
        out = row @ self.weights
        return out if self.bias is None else out + self.bias

    def forward(self, x):
        if x.dim() == 1:
            return self._one(x)
        rows = []
        for row in x:
            rows.append(self.forward(row))
        return torch.stack(rows)
