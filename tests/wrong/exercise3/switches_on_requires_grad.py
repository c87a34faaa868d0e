# mistake: Add calls x.requires_grad_() on its input, so the caller's tensor is changed
# words: requires_grad, side effect, in place, caller's tensor, leaves x
import torch
from torch import nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, x):
        # gradients have to flow through, so make sure that autograd is watching x
        if x.is_floating_point() and not x.requires_grad:
            x.requires_grad_(True)
        return x + self.value


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        if amounts is None:
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = nn.ModuleDict()
        for k, v in amounts.items():
            self.add_dict.add_module(k, Add(v))

    def forward(self, x, order=("add3", "add2", "add5")):
        for k in order:
            x = self.add_dict[k](x)
        return x
