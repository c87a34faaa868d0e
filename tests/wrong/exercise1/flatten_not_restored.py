# mistake: leading dimensions are flattened with view(-1, in_features) and never restored, so 3-D (and 1-D) input gives 2-D output
# words: leading dimensions, flatten, restored, any number of, 3-D, batch of sequences, dimensions
import torch
import torch.nn as nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.in_features = in_features
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        x = x.reshape(-1, self.in_features)
        out = x.mm(self.weights)
        if self.bias is not None:
            out = out + self.bias.unsqueeze(0)
        return out
