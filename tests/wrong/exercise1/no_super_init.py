# mistake: super().__init__() is never called, so nn.Module cannot register parameters
# words: super().__init__, super, Module.__init__
import torch
import torch.nn as nn

class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        self.weights = nn.Parameter(torch.rand(in_features, out_features))
        self.bias = None
        if bias == True:
            self.bias = nn.Parameter(torch.rand(out_features))

    def forward(self, x):
        if self.bias == None:
            return torch.matmul(x, self.weights)
        return torch.matmul(x, self.weights) + self.bias
