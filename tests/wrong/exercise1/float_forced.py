# mistake: forward converts the input (and weights) to float32, so a float64 layer does not give float64
# words: .float(), float32, dtype, float64, double
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        # RuntimeError: expected Float but found Double -> fix from stackoverflow
        out = x.float() @ self.weights.float()
        if self.bias is not None:
            out = out + self.bias.float()
        return out
