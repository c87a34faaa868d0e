"""The two ways of computing are picked once by a factory; weights from a classmethod."""
from __future__ import annotations

from typing import Callable, Final, Optional

import torch
from torch import Tensor, nn

Init = Callable[[Tensor], Tensor]


class _WithBias:
    def __call__(self, layer: MyLinear, x: Tensor) -> Tensor:
        return torch.matmul(x, layer.weights) + layer.bias


class _WithoutBias:
    def __call__(self, layer: MyLinear, x: Tensor) -> Tensor:
        return torch.matmul(x, layer.weights)


class MyLinear(nn.Module):
    weights: nn.Parameter
    bias: Optional[nn.Parameter]
    INIT: Final[Init] = staticmethod(lambda t: nn.init.sparse_(t, 0.1) if t.numel() > 10 else nn.init.uniform_(t, -1, 1))

    def __init__(self, in_features: int, out_features: int, bias: bool = True) -> None:
        super().__init__()
        self.weights = self._new((in_features, out_features), self.INIT)
        self.bias = self._new((out_features,), nn.init.zeros_) if bias else None
        self.strategy = _WithBias() if bias else _WithoutBias()

    @classmethod
    def _new(cls, shape: tuple[int, ...], init: Init) -> nn.Parameter:
        return nn.Parameter(init(torch.empty(shape)))

    def forward(self, x: Tensor) -> Tensor:
        return self.strategy(self, x)
