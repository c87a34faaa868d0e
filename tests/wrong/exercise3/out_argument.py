# mistake: torch.add(..., out=x) under no_grad writes the result into the input (and cuts the gradient)
# words: out=, in place, in-place, changes its input, changes the input, changes x, modifies, mutate
import torch.nn as nn
import torch

class Add(nn.Module):
    """adds value, without allocating a new tensor"""
    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, x):
        with torch.no_grad():
            torch.add(x, self.value, out=x)
        return x



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
