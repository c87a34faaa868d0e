# mistake: nn.Parameter(...) * 0.01 is no longer a parameter but the (non-leaf) result of a multiplication, so it is not registered
# words: nn.Parameter, not registered, plain tensor, not a parameter, non-leaf, not a leaf
import torch
import torch.nn as nn

class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        # karpathy style small init
        self.weights = nn.Parameter(torch.randn(in_features, out_features)) * 0.01
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x):
        xw = x @ self.weights
        return xw if self.bias is None else xw + self.bias
