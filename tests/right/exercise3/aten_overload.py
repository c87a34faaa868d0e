# right: calls the ATen operator overload torch.ops.aten.add.Scalar itself
from __future__ import annotations

import torch
from torch import nn

_plus = torch.ops.aten.add.Scalar


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.other = value

    def forward(self, x):
        return _plus(x, self.other)


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        table = {f"add{n}": n for n in (2, 3, 5)} if amounts is None else amounts
        self.add_dict = nn.ModuleDict(zip(table.keys(), map(Add, table.values())))

    def forward(self, x, order=("add3", "add2", "add5")):
        out = torch.clone(x)
        for step in order:
            out = self.add_dict[step](out)
        return out
