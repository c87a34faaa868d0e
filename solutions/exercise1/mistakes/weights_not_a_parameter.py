import torch
from torch import nn
from torch.nn.parameter import Parameter


class MyLinear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True):
        super(MyLinear, self).__init__()
        self.weights = torch.rand(in_features, out_features, requires_grad=True)
        if bias:
            self.bias = Parameter(torch.zeros(out_features))
        else:
            self.bias = None

    def forward(self, x):
        y = x @ self.weights
        return y + self.bias if self.bias is not None else y
