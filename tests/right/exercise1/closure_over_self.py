import torch
from torch import nn


def make_layer_class():
    def init(self, in_features, out_features, bias=True):
        nn.Module.__init__(self)
        self.weights = nn.Parameter(torch.normal(0.0, 0.1, size=(in_features, out_features)))
        self.bias = nn.Parameter(torch.normal(0.0, 0.1, size=(out_features,))) if bias else None
        self.finish = (lambda y: y + self.bias) if bias else (lambda y: y)

    def forward(self, x):
        return self.finish(x @ self.weights)

    return type("MyLinear", (nn.Module,), {"__init__": init, "forward": forward})


MyLinear = make_layer_class()
