# mistake: the bias is a plain tensor, only the weights are an nn.Parameter; the bias is neither trained, saved nor moved
# words: nn.Parameter, not registered, plain tensor, not a parameter, not an nn.Parameter
import torch
from torch import nn


class MyLinear(nn.Module):
    """y = xW + b"""

    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weights = nn.Parameter(torch.rand(in_features, out_features))
        self.bias = None
        if bias:
            self.bias = torch.zeros(out_features)

    def forward(self, x):
        out = torch.matmul(x, self.weights)
        if self.bias is not None:
            out = out + self.bias
        return out
