# mistake: the bias has shape (1, out_features) instead of (out_features,)
# words: (out_features, shape of the bias, shape of `bias`, bias has shape, 1-D, one-dimensional, bias.shape
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn((in_features, out_features)))
        self.bias = nn.Parameter(torch.randn((1, out_features))) if bias else None

    def forward(self, x):
        out = x @ self.weights
        if self.bias is not None:
            out = out + self.bias   # broadcasts over the batch
        return out
