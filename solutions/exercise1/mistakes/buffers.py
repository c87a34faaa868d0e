import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.register_buffer("weights", torch.randn(in_features, out_features))
        self.register_buffer("bias", torch.randn(out_features) if bias else None)

    def forward(self, x):
        out = x @ self.weights
        return out + self.bias if self.bias is not None else out
