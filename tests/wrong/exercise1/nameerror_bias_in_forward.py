# mistake: forward uses the name bias of the constructor instead of self.bias, a NameError
# words: NameError, self.bias, not defined
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features))
        else:
            self.bias = None

    def forward(self, x):
        if bias:
            return x @ self.weights + self.bias
        else:
            return x @ self.weights
