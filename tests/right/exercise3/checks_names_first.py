from collections import OrderedDict

import torch.nn as nn


class Operation(nn.Module):
    def __init__(self):
        super().__init__()


class Add(Operation):
    def __init__(self, value):
        super().__init__()
        setattr(self, "number", value)

    def forward(self, x):
        result = x + self.number
        return result


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        if amounts is None:
            amounts = OrderedDict(add2=2, add3=3, add5=5)
        modules = OrderedDict()
        for name in amounts:
            modules[name] = Add(value=amounts[name])
        self.add_module("add_dict", nn.ModuleDict(modules))

    def forward(self, x, order=("add3", "add2", "add5")):
        unknown = [name for name in order if name not in self.add_dict.keys()]
        if unknown:
            raise KeyError(f"unknown operations: {unknown}")
        y = x
        i = 0
        while i < len(order):
            y = self.add_dict[order[i]].__call__(y)
            i += 1
        return y
