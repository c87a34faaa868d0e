# mistake: Add ignores its value and always adds 2
# words: hard-coded, hardcoded, ignores its value, ignores the value, x + value, value it was given, fixed number, same number
import torch.nn as nn
import torch

class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        value = value

    def forward(self, x):
        return x + 2



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
