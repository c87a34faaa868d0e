# mistake: the modules are collected in one dict of the class, so a calculator also holds the keys of the calculators made before it
# words: shared, share, class attribute, class level, two calculators, another calculator, second calculator, just those keys
from __future__ import annotations

import torch
from torch import Tensor, nn

class Add(nn.Module):
    """Adds a number."""

    def __init__(self, value: float) -> None:
        super(Add, self).__init__()
        self.register_buffer("amount", torch.tensor(value))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.add(x, self.amount)


class Calculator(nn.Module):
    _modules_by_name = {}

    def __init__(self, amounts=None):
        super().__init__()
        if amounts is None:
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        for k, v in amounts.items():
            self._modules_by_name[k] = Add(v)
        self.add_dict = nn.ModuleDict(self._modules_by_name)

    def forward(self, x, order=("add3", "add2", "add5")):
        for k in order:
            x = self.add_dict[k](x)
        return x
