# mistake: the input is detached, so no gradient reaches the layer before
# words: detach, gradient to the input, x.grad, gradient of the input, input gradient, cut, graph
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        inp = x.clone().detach()    # don't touch the caller's tensor
        res = inp @ self.weights
        return res if self.bias is None else res + self.bias
