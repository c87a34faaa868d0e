# mistake: a ModuleList and a separate list of names are used instead of one nn.ModuleDict
# words: ModuleDict, ModuleList, add_dict
import torch
from torch import nn

class Add(nn.Module):

    def __init__(self, value: float):
        super().__init__()
        self._value = value

    def forward(self, x):
        return x.add(self._value)

    def extra_repr(self):
        return f"value={self._value}"


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        amounts = {"add2": 2, "add3": 3, "add5": 5} if amounts is None else amounts
        self.names = list(amounts.keys())
        self.add_dict = nn.ModuleList([Add(a) for a in amounts.values()])

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            if name not in self.names:
                raise KeyError(name)
            x = self.add_dict[self.names.index(name)](x)
        return x
