import functools

from torch import nn

print("calculator loaded")


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.plus = lambda x: x + value

    def forward(self, x):
        return self.plus(x)


class Calculator(nn.Module):
    DEFAULT = {"add2": 2, "add3": 3, "add5": 5}

    def __init__(self, amounts=None):
        super().__init__()
        chosen = self.DEFAULT if amounts is None else amounts
        self.add_dict = nn.ModuleDict(dict(zip(chosen, map(Add, chosen.values()))))
        print("a calculator with", *self.add_dict)

    def forward(self, x, order=("add3", "add2", "add5")):
        return functools.reduce(lambda acc, k: self.add_dict[k](acc), order, x)
