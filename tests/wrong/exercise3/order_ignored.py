# mistake: the order argument is ignored, all modules always run in the order of the dict
# words: order, ignores, ignored
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
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = nn.ModuleDict({name: Add(value) for name, value in amounts.items()})

    def forward(self, x, order=("add3", "add2", "add5")):
        for module in self.add_dict.values():
            x = module(x)
        return x
