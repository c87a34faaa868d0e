# mistake: the ModuleDict is called `adds`, not `add_dict`
# words: add_dict, attribute, no attribute
import torch
import torch.nn as nn

class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, x):
        return x + self.value


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        if amounts is None:
            amounts = dict(add2=2, add3=3, add5=5)
        self.adds = nn.ModuleDict({k: Add(v) for k, v in amounts.items()})

    def forward(self, x, order=("add3", "add2", "add5")):
        for o in order:
            x = self.adds[o](x)
        return x
