import torch
from torch import nn


def _init(self, in_features, out_features, bias=True):
    nn.Module.__init__(self)
    for name, shape, wanted in (("weights", (in_features, out_features), True), ("bias", (out_features,), bias)):
        setattr(self, name, nn.Parameter(torch.randn(shape)) if wanted else None)


def _forward(self, x):
    y = torch.tensordot(x, self.weights, dims=1)
    return y if self.bias is None else y.add(self.bias)


MyLinear = type("MyLinear", (nn.Module,), {"__init__": _init, "forward": _forward, "__module__": __name__})
