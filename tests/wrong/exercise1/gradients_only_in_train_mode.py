# mistake: forward runs under torch.set_grad_enabled(self.training): after layer.eval() no gradient reaches weights, bias or x
# words: set_grad_enabled, no_grad, eval(, self.training, eval mode, grad_fn
import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x):
        # no graph is needed for evaluation: saves memory
        with torch.set_grad_enabled(self.training):
            y = x @ self.weights
            if self.bias is not None:
                y = y + self.bias
        return y
