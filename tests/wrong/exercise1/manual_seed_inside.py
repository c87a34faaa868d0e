# mistake: torch.manual_seed inside __init__ makes every layer start with the same weights (and resets the global generator)
# words: manual_seed, seed, two layers, start alike, identical, same weights, not random
import torch
import torch.nn as nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        torch.manual_seed(42)   # reproducibility!
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        output = x @ self.weights
        if self.bias is not None:
            output = output + self.bias
        return output
