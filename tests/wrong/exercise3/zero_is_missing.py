# mistake: a value of 0 is taken for a missing value and refused
# words: zero, falsy, truth, add(0), is none, valueerror
from torch import nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        if not value:
            raise ValueError("Add needs a value")
        self.value = value

    def forward(self, x):
        return x + self.value


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        amounts = dict(add2=2, add3=3, add5=5) if amounts is None else amounts
        self.add_dict = nn.ModuleDict([(k, Add(v)) for k, v in amounts.items()])

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            x = self.add_dict[name](x)
        return x
