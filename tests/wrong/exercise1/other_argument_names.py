# mistake: the constructor's arguments have other names (n_in, n_out, use_bias) than the task's, so keyword calls fail
# words: signature, argument, keyword, in_features, parameter name, unexpected keyword
import torch
import torch.nn as nn

class MyLinear(nn.Module):
    def __init__(self, n_in, n_out, use_bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(n_in, n_out))
        self.bias = nn.Parameter(torch.zeros(n_out)) if use_bias else None

    def forward(self, x):
        y = torch.einsum("...i,ij->...j", x, self.weights)
        if self.bias is not None:
            y = y + self.bias
        return y
