from __future__ import annotations

import math
from typing import Optional

import torch
from torch import Tensor
from torch.nn import Module, init
from torch.nn.parameter import Parameter


class MyLinear(Module):
    __constants__ = ["in_features", "out_features"]
    in_features: int
    out_features: int
    weights: Tensor
    bias: Optional[Tensor]

    def __init__(self, in_features: int, out_features: int, bias: bool = True, device=None, dtype=None) -> None:
        kw = {"device": device, "dtype": dtype}
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weights = Parameter(torch.empty((in_features, out_features), **kw))
        if bias:
            self.bias = Parameter(torch.empty(out_features, **kw))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        init.xavier_uniform_(self.weights)
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features)
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        if self.bias is None:
            return torch.tensordot(input, self.weights, dims=1)
        return torch.tensordot(input, self.weights, dims=1).add_(self.bias)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"
