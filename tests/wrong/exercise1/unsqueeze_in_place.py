# mistake: unsqueeze_ changes the shape of the caller's tensor in place when a single example is given
# words: in place, in-place, unsqueeze_, changes its input, changes the input, changes x, modifies, mutate
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        single = x.dim() == 1
        if single:
            x.unsqueeze_(0)
        out = x @ self.weights
        if self.bias is not None:
            out = out + self.bias
        if single:
            out = out.squeeze(0)
        return out
