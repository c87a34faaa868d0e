import torch
from torch import nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.weight = nn.parameter.Parameter(torch.full((), float(value)))

    def forward(self, x):
        return x + self.weight.to(torch.result_type(x, 1.5 if self.weight % 1 else 1))


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        nn.Module.__init__(self)
        amounts = {"add2": 2, "add3": 3, "add5": 5} if amounts is None else amounts
        self.add_dict = nn.ModuleDict({name: Add(value) for name, value in amounts.items()})

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            x = self.add_dict[name](x)
        return x
