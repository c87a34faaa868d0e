import functools
import operator

import torch
from torch import nn
from torch.nn import functional as F


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features, generator=None).div(in_features))
        self.bias = nn.Parameter(torch.arange(out_features) / 10) if bias else None

    def forward(self, x):
        lead = x.shape[:-1]
        n = functools.reduce(operator.mul, lead, 1)
        flat = x.reshape(1, n, x.shape[-1]).transpose(1, 2)
        if n == 0:
            return torch.matmul(x, self.weights)
        y = F.conv1d(flat, self.weights.t().unsqueeze(-1), self.bias)
        return y.transpose(1, 2).reshape(*lead, -1)
