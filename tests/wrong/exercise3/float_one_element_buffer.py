# mistake: the value is a float tensor of shape (1,), so integers come back as floats and a 0-D input gets a dimension
# words: integers, dtype, floating, 0-D, extra dimension, float32
import torch
import torch.nn as nn

class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.register_buffer("value", torch.tensor([float(value)]))

    def forward(self, x):
        return x + self.value



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
