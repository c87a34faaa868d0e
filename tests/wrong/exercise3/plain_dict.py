# mistake: the modules are held in a plain dict, so they are not registered
# words: plain dict, not registered, ModuleDict, register
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
        if amounts is None:
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = {}
        for name, value in amounts.items():
            self.add_dict[name] = Add(value)

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            x = self.add_dict[name](x)
        return x
