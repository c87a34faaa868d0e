# mistake: the modules are registered on the calculator itself, add_dict stays an empty ModuleDict
# words: add_dict, empty, ModuleDict, add_module
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
        self.add_dict = nn.ModuleDict()
        for k, v in amounts.items():
            self.add_module(k, Add(v))

    def forward(self, x, order=("add3", "add2", "add5")):
        children = dict(self.named_children())
        for name in order:
            x = children[name](x)
        return x
