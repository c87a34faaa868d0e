# mistake: `if self.bias:` asks for the truth value of a tensor with several elements, which raises; ask `is not None`
# words: is not None, truth value, Boolean value, ambiguous, bool(, if self.bias
import torch
from torch import nn

class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.rand(in_features, out_features))
        if bias:
            self.bias = nn.Parameter(torch.rand(out_features))
        else:
            self.bias = None

    def forward(self, x):
        out = x @ self.weights
        if self.bias:
            out = out + self.bias
        return out
