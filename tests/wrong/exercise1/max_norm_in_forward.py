# mistake: forward renormalises the weights in place, so every call changes the parameters
# words: in place, in-place, changes the weights, renorm, modifies the parameters, changes its parameters
import torch
from torch import nn


class MyLinear(nn.Module):
    MAX_NORM = 1.0

    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        with torch.no_grad():  # max-norm constraint, keeps the weights from exploding
            self.weights.renorm_(p=2, dim=1, maxnorm=self.MAX_NORM)
        y = x @ self.weights
        if self.bias is not None:
            y = y + self.bias
        return y
