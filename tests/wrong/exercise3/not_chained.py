# mistake: each module gets the original x and only the last result is returned
# words: result of the one before, previous, chain, original x, last result, last module, only the last, one before
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
    def __init__(self, amounts=None):
        super().__init__()
        if amounts is None:
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = nn.ModuleDict({name: Add(value) for name, value in amounts.items()})

    def forward(self, x, order=("add3", "add2", "add5")):
        y = x
        for name in order:
            y = self.add_dict[name](x)
        return y
