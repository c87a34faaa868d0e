# mistake: names are lower-cased on the way in and on look-up, so the keys differ and "ADD2" raises no KeyError
# words: lower case, lowercase, lower(), case, keys
import torch
from torch import nn


def _normalise(name):
    return name.strip().lower()


class Add(nn.Module):
    def __init__(self, value):
        nn.Module.__init__(self)
        self.v = value
    def forward(self, x): return x.add(self.v)


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        if amounts is None:
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = nn.ModuleDict({_normalise(name): Add(value) for name, value in amounts.items()})

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in map(_normalise, order):
            x = self.add_dict[name](x)
        return x
