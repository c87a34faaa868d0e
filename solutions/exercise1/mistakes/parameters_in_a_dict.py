import torch
from torch import nn


class MyLinear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.params = {"weights": nn.Parameter(torch.randn(in_features, out_features))}
        self.params["bias"] = nn.Parameter(torch.randn(out_features)) if bias else None

    @property
    def weights(self):
        return self.params["weights"]

    @property
    def bias(self):
        return self.params["bias"]

    def forward(self, x):
        out = x @ self.weights
        return out + self.bias if self.bias is not None else out
