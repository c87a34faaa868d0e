# mistake: the bias is added only in train mode: after layer.eval() the result is x @ weights without it
# words: self.training, eval(, eval mode, train mode, bias is not added, bias is missing
import torch
import torch.nn as nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        if bias:
            self.bias = nn.Parameter(torch.randn(out_features))
        else:
            self.bias = None

    def forward(self, x):
        z = torch.matmul(x, self.weights)
        if self.training and self.bias is not None:
            z = z + self.bias
        return z
