# mistake: torch.Tensor(n, m) only reserves memory, so the weights are uninitialised instead of random
# words: uninitialised, uninitialized, torch.Tensor, not initialised, not random, randomly, memory, constant
import torch
import torch.nn as nn

class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super(MyLinear, self).__init__()
        self.weights = nn.Parameter(torch.Tensor(in_features, out_features))
        if bias:
            self.bias = nn.Parameter(torch.Tensor(out_features))
        else:
            self.register_parameter('bias', None)

    def forward(self, input):
        output = input.matmul(self.weights)
        if self.bias is not None:
            output = output + self.bias
        return output
