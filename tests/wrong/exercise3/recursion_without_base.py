# mistake: the recursion ends at one name, an empty order raises IndexError
# words: empty, empty order, IndexError, base case, order=()
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
        y = self.add_dict[order[0]](x)
        if len(order) == 1:
            return y
        return self.forward(y, order[1:])
