from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(eq=False)
class Add(nn.Module):
    value: float

    def __post_init__(self) -> None:
        value = self.value
        super().__init__()
        self.value = value

    def forward(self, x: Tensor) -> Tensor:
        return x + self.value


@dataclass(eq=False, repr=False)
class Calculator(nn.Module):
    amounts: dict[str, float] | None = None

    def __post_init__(self) -> None:
        given = self.__dict__.pop("amounts")
        super().__init__()
        self.add_dict = nn.ModuleDict({n: Add(a) for n, a in ({"add2": 2, "add3": 3, "add5": 5} if given is None else given).items()})

    def forward(self, x: Tensor, order: Sequence[str] = ("add3", "add2", "add5")) -> Tensor:
        for module in map(self.add_dict.__getitem__, order):
            x = module(x)
        return x
