"""Uninitialised parameters first, materialised by a builder at the end of __init__."""
import torch
from torch import nn
from torch.nn.parameter import UninitializedParameter


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = UninitializedParameter()
        self.bias = UninitializedParameter() if bias else None
        self._build(in_features, out_features)

    @torch.no_grad()
    def _build(self, n, m):
        self.weights.materialize((n, m))
        self.weights.normal_(0, 1)
        if self.bias is not None:
            self.bias.materialize((m,))
            self.bias.fill_(0.01)

    @property
    def fan_in(self):
        return self.weights.shape[0]

    @property
    def fan_out(self):
        return self.weights.shape[1]

    def forward(self, x):
        if x.shape[-1] != self.fan_in:
            raise RuntimeError(f"expected {self.fan_in} features, got {x.shape[-1]}")
        match self.bias:
            case None:
                return x @ self.weights
            case b:
                return torch.add(x @ self.weights, b)
