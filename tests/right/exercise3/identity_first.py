"""Extra modules besides add_dict, a subclass of ModuleDict, a subclass of Add."""
from __future__ import annotations

import torch
import torch.nn as nn


class Add(nn.Module):
    def __init__(self, value: float) -> None:
        super(Add, self).__init__()
        self._value = value
        self.calls = 0

    @property
    def value(self):
        return self._value

    def extra_repr(self):
        return f"value={self.value}"

    def forward(self, x):
        self.calls += 1
        print("adding", self.value)
        return torch.add(x, self.value)


class CountingAdd(Add):
    total = 0

    def forward(self, x):
        CountingAdd.total += 1
        return super().forward(x)


class Adds(nn.ModuleDict):
    """A ModuleDict which knows how to make its modules."""

    def put(self, name, value):
        self[name] = CountingAdd(value)
        return self


class Calculator(nn.Module):
    def __init__(self, amounts: dict[str, float] | None = None) -> None:
        super(Calculator, self).__init__()
        self.first = nn.Identity()
        self.add_dict = Adds()
        for name, value in ({"add2": 2, "add3": 3, "add5": 5} if amounts is None else amounts).items():
            self.add_dict.put(name, value)
        self.last = nn.Sequential(nn.Identity())

    def forward(self, x, order=("add3", "add2", "add5")):
        result = self.first(x)
        for name in order:
            result = self.add_dict[name](result)
        return self.last(result)
