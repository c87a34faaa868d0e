# mistake: weights and bias are registered as buffers, so they are saved and moved but never trained
# words: buffer, register_buffer, nn.Parameter, not a parameter, parameters()
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.register_buffer("weights", torch.randn(in_features, out_features))
        self.register_buffer("bias", torch.randn(out_features) if bias else None)

    def forward(self, x):
        out = x @ self.weights
        if self.bias is not None:
            out = out + self.bias
        return out
