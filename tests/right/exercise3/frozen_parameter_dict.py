"""Each Add keeps its number in a ParameterDict, frozen."""
import torch
import torch.nn as nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.p = nn.ParameterDict()
        self.p["value"] = nn.Parameter(torch.tensor(value), requires_grad=False)

    def forward(self, x):
        return x + self.p["value"]


class Calculator(nn.Module):
    STANDARD = (("add2", 2), ("add3", 3), ("add5", 5))

    def __init__(self, amounts=None):
        super().__init__()
        pairs = self.STANDARD if amounts is None else tuple(amounts.items())
        self.add_dict = nn.ModuleDict([(k, Add(v)) for k, v in pairs])

    def forward(self, x, order=("add3", "add2", "add5")):
        todo = iter(order)
        while (name := next(todo, None)) is not None:
            x = self.add_dict[name](x)
        return x
