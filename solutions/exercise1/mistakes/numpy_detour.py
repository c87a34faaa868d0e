import numpy as np
import torch
import torch.nn as nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(in_features, out_features))
        self.bias = nn.Parameter(torch.randn(out_features)) if bias else None

    def forward(self, x):
        out = np.dot(x.detach().numpy(), self.weights.detach().numpy())
        if self.bias is not None:
            out = out + self.bias.detach().numpy()
        return torch.from_numpy(np.asarray(out))
