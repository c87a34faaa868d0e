# mistake: Add accumulates into self.total, so a second call adds more than the first
# words: state, second call, earlier call, remembers, accumulate, every call, each call, twice
import torch
import torch.nn as nn

class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value
        self.total = 0

    def forward(self, x):
        self.total = self.total + self.value
        return x + self.total



class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        if amounts is None:
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = nn.ModuleDict({k: Add(v) for k, v in amounts.items()})

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            x = self.add_dict[name](x)
        return x
