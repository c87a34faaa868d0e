# mistake: squeeze() at the end also removes dimensions of size one that belong to the batch or the features
# words: squeeze, size 1, size one, dimension of size, out_features=1, batch of one
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        # a single example becomes a batch of one
        out = torch.matmul(x.unsqueeze(0), self.weights)
        if self.bias is not None:
            out = out + self.bias
        return out.squeeze()
