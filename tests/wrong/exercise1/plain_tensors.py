# mistake: weights and bias are plain tensors instead of nn.Parameter, so parameters() and state_dict() are empty
# words: nn.Parameter, not registered, plain tensor, not a parameter, not an nn.Parameter
import torch
from torch import nn

class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = torch.randn(in_features, out_features)
        self.bias = torch.randn(out_features) if bias else None

    def forward(self, x):
        if self.bias is None:
            return x @ self.weights
        return x @ self.weights + self.bias
