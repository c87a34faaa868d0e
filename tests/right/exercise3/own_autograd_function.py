import torch
from torch import nn


class Plus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, value):
        return x + value

    @staticmethod
    def backward(ctx, grad):
        return grad, None


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, x):
        return Plus.apply(x, self.value)


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        self.add_dict = nn.ModuleDict()
        self._fill({"add2": 2, "add3": 3, "add5": 5} if amounts is None else amounts)

    def _fill(self, amounts):
        for n, a in amounts.items():
            self.add_dict[n] = Add(a)

    def __getitem__(self, name):
        return self.add_dict[name]

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            x = self[name](x)
        return x
