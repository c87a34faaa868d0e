# mistake: the constructor's argument is called `values`, so Calculator(amounts=...) fails
# words: amounts, keyword, argument name, signature, unexpected
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
    def __init__(self, values=None):
        super().__init__()
        values = {"add2": 2, "add3": 3, "add5": 5} if values is None else values
        self.add_dict = nn.ModuleDict((k, Add(v)) for k, v in values.items())

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            x = self.add_dict[name](x)
        return x
