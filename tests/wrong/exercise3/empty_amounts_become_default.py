# mistake: `amounts or default` takes an empty dict for None, so Calculator({}) gets the default modules
# words: empty, {}, is None, falsy, amounts or
import torch.nn as nn
import torch

class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.v = value    # number to add
    def forward(self, x):
        result = x + self.v
        return result


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        amounts = amounts or {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = nn.ModuleDict({k: Add(v) for k, v in amounts.items()})

    def forward(self, x, order=("add3", "add2", "add5")):
        for k in order:
            x = self.add_dict[k](x)
        return x
