import torch
from torch import nn


class Add(nn.Module):
    """Adds by a one-to-one linear map with weight one."""

    def __init__(self, value):
        super().__init__()
        self.register_buffer("one", torch.ones((), dtype=torch.int64))
        self.value = value

    def forward(self, x):
        return torch.mul(x, self.one) + self.value


class Calculator(nn.Module):
    def __init__(self, amounts: "dict[str, float] | None" = None):
        super().__init__()
        self.add_dict = nn.ModuleDict(
            {name: Add(value) for name, value in ({"add2": 2, "add3": 3, "add5": 5} if amounts is None else amounts).items()}
        )

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            operation = self.add_dict[name]
            x = operation(x)
        return x
