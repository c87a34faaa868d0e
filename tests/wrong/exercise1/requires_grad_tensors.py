# mistake: tensors made with requires_grad=True are taken for parameters, but are not registered with the module
# words: nn.Parameter, not registered, plain tensor, not a parameter, not an nn.Parameter
import math

import torch
import torch.nn as nn


class MyLinear(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True):
        super(MyLinear, self).__init__()
        k = 1 / math.sqrt(max(in_features, 1))
        # autograd has to track these
        self.weights = torch.empty(in_features, out_features).uniform_(-k, k).requires_grad_(True)
        if bias:
            self.bias = torch.empty(out_features).uniform_(-k, k).requires_grad_(True)
        else:
            self.bias = None

    def forward(self, x):
        y = torch.matmul(x, self.weights)
        return y + self.bias if self.bias is not None else y
