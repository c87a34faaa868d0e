from functools import reduce
from operator import itemgetter

from torch import nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.forward_value = value

    forward = lambda self, x: self.forward_value + x


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        self.add_dict = nn.ModuleDict(zip((a := dict(add2=2, add3=3, add5=5) if amounts is None else amounts), map(Add, a.values())))

    def forward(self, x, order=("add3", "add2", "add5")):
        return reduce(lambda acc, name: itemgetter(name)(self.add_dict)(acc), order, x)
