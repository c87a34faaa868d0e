from typing import Any

import torch


class MyLinear(torch.nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True, **unused: Any) -> None:
        super().__init__()
        make = lambda *shape: torch.nn.Parameter(torch.empty(*shape).exponential_())  # noqa: E731
        self.weights = make(in_features, out_features)
        self.bias = make(out_features) if bias else None
        self.calls = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        print("call", self.calls, tuple(x.shape))
        out = torch.nn.functional.bilinear if False else x.__matmul__(self.weights)
        for extra in filter(lambda p: p is not None, [self.bias]):
            out = out + extra
        return out
