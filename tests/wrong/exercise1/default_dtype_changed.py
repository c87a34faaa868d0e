# mistake: the file sets the global default dtype to float64, so new layers are float64 and do not take float32 input
# words: default dtype, set_default_dtype, float64, dtype, double, global
import torch
from torch import nn

torch.set_default_dtype(torch.float64)   # more accurate


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features, dtype=torch.double))
        self.bias = nn.Parameter(torch.randn(out_features, dtype=torch.double)) if bias else None

    def forward(self, x):
        out = x @ self.weights
        if self.bias is not None:
            out = out + self.bias
        return out
