# mistake: add_ changes the input in place
# words: add_, in place, in-place, changes its input, changes the input, changes x, modifies, mutate
from __future__ import annotations

import torch
from torch import Tensor, nn

class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.register_buffer("value", torch.as_tensor(value))

    def forward(self, x):
        return x.add_(self.value)



class Calculator(nn.Module):
    DEFAULT = {"add2": 2, "add3": 3, "add5": 5}

    def __init__(self, amounts: "dict[str, float] | None" = None) -> None:
        super().__init__()
        self.add_dict = nn.ModuleDict()
        for key, number in (self.DEFAULT if amounts is None else amounts).items():
            self.add_dict[key] = Add(number)

    def forward(self, x, order=("add3", "add2", "add5")):
        result = x
        for key in order:
            layer = self.add_dict[key]
            result = layer(result)
        return result
