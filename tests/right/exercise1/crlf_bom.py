import torch
import torch.nn as nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super(MyLinear, self).__init__()
        self.weights = torch.nn.Parameter(torch.rand((in_features, out_features)))
        if bias:
            self.bias = torch.nn.Parameter(torch.rand(out_features))
        else:
            self.bias = None

    def forward(self, x):
        z = torch.matmul(x, self.weights)
        if self.bias is not None:
            z = torch.add(z, self.bias)
        return z
