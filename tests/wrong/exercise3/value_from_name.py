# mistake: the number is parsed from the last character of the name instead of taken from amounts
# words: amounts, parsed, from the name, its value, digit
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
        names = ["add2", "add3", "add5"] if amounts is None else list(amounts)
        self.add_dict = nn.ModuleDict()
        for n in names:
            self.add_dict[n] = Add(int(n[-1]) if n[-1].isdigit() else 0)

    def forward(self, x, order=("add3", "add2", "add5")):
        for n in order:
            x = self.add_dict[n](x)
        return x
