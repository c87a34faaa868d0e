# mistake: with an empty order the result variable was never assigned, which raises UnboundLocalError
# words: empty, empty order, UnboundLocalError, order=()
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
        current = x
        for name in order:
            out = self.add_dict[name](current)
            current = out
        return out
