# mistake: the amounts argument is ignored, the three default modules are always built
# words: amounts, ignores, ignored, just those keys
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
    def __init__(self, amounts: dict = None):
        super().__init__()
        self.add_dict = nn.ModuleDict({
            "add2": Add(2),
            "add3": Add(3),
            "add5": Add(5),
        })

    def forward(self, x, order=("add3", "add2", "add5")):
        for op in order:
            x = self.add_dict[op](x)
        return x
