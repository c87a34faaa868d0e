# mistake: forward calls F.linear under another name
# words: F.linear, functional.linear, rule, not allowed, forbidden
import torch
from torch import nn
from torch.nn import functional as F

affine = getattr(F, "linear")


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        return affine(x, self.weights.mT, self.bias)
