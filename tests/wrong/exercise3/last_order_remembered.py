# mistake: the calculator remembers the last order and uses it as the default of the next call
# words: default order, state, previous call, remember, between calls, last order
import torch
from torch import nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, x):
        return x + self.value


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super(Calculator, self).__init__()
        default = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = nn.ModuleDict()
        for key, number in (default if amounts is None else amounts).items():
            self.add_dict[key] = Add(number)
        self.order = ("add3", "add2", "add5")

    def forward(self, x, order=None):
        if order is not None:
            self.order = order
        for name in self.order:
            x = self.add_dict[name](x)
        return x
