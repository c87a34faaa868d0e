# mistake: a ReLU is applied to the result, the layer is only the affine map
# words: relu, activation, negative, non-linear, nonlinear, clamped, cut off
import torch
import torch.nn as nn
import torch.nn.functional as F


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        linear = torch.matmul(x, self.weights)
        if self.bias is not None:
            linear = linear + self.bias
        return F.relu(linear)
