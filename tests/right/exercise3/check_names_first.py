import torch
from torch import nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.register_buffer("value", torch.as_tensor(value), persistent=False)

    def forward(self, x):
        return x + self.value.to(x.device)

    def extra_repr(self):
        return f"value={self.value.item()}"


class UnknownName(KeyError):
    """No module bears this name."""


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        if amounts is None:
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = nn.ModuleDict()
        self.add_dict.update({k: Add(v) for k, v in amounts.items()})

    def forward(self, x, order=("add3", "add2", "add5")):
        known = dict(self.add_dict.items())
        for name in order:
            if name not in known:
                raise UnknownName(f"{name!r}: known are {sorted(known)}")
        for name in order:
            x = known[name](x)
        return x
