# mistake: a single random number is used for the whole matrix, so the weights are constant within a layer
# words: constant, not random, all the same, all equal, one value, same value, symmetry
import random
import torch
from torch import nn

class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.full((in_features, out_features), random.random()))
        if bias:
            self.bias = nn.Parameter(torch.full((out_features,), random.random()))
        else:
            self.bias = None

    def forward(self, x):
        out = torch.matmul(x, self.weights)
        if self.bias is not None:
            out = torch.add(out, self.bias)
        return out
