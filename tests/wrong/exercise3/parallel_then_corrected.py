# mistake: every module runs on the original x and the differences are added up, where each has to run on the result of the one before
# words: result of the one before, chain, running value, original x, each on the result, previous
from torch import nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, x):
        return x + self.value


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        self.add_dict = nn.ModuleDict([
            (name, Add(number))
            for name, number in ({"add2": 2, "add3": 3, "add5": 5} if amounts is None else amounts).items()
        ])

    def forward(self, x, order=("add3", "add2", "add5")):
        # additions commute, so the modules can be run independently of each other
        deltas = [self.add_dict[name](x) - x for name in order]
        return sum(deltas, x)
