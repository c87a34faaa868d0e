# mistake: Add is a plain Python class, not an nn.Module, so ModuleDict refuses it
# words: nn.Module, not a module, not a Module subclass, subclass, inherit, derive
import torch
import torch.nn as nn

class Add:
    def __init__(self, value):
        self.value = value

    def forward(self, x):
        return x + self.value

    __call__ = forward



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
