import torch
from torch import nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.add_this = nn.Parameter(torch.tensor(float(value)), requires_grad=False)

    def forward(self, x):
        v = self.add_this.detach()
        if not (x.is_floating_point() or x.is_complex()) and float(v).is_integer():
            v = v.to(x.dtype)
        return x + v


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        self.add_dict = nn.ModuleDict({} if amounts is not None else {"add2": Add(2), "add3": Add(3), "add5": Add(5)})
        self.add_dict.update({n: Add(v) for n, v in (amounts or {}).items()})

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            try:
                step = self.get_submodule("add_dict." + name)
            except AttributeError:
                raise KeyError(name) from None
            x = step(x)
        return x
