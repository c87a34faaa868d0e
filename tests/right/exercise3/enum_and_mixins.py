# right: cooperative mixins, and an Enum of names whose values make the defaults
from __future__ import annotations

from enum import Enum
from typing import Generic, TypeVar

from torch import Tensor, nn

Number = TypeVar("Number", int, float)


class Op(Enum):
    add2 = 2
    add3 = 3
    add5 = 5


class KeepsValue(Generic[Number]):
    def __init__(self, *args, value: Number, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.value = value


class Add(KeepsValue[float], nn.Module):
    def __init__(self, value: float) -> None:
        nn.Module.__init__(self)
        KeepsValue.__init__(self, value=value)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.value


class RunsByName:
    """Needs `self.add_dict`."""

    def forward(self, x: Tensor, order=(Op.add3.name, Op.add2.name, Op.add5.name)) -> Tensor:
        for name in order:
            x = self.add_dict[name](x)
        return x


class HoldsAdds:
    def hold(self, amounts) -> nn.ModuleDict:
        return nn.ModuleDict({name: Add(amount) for name, amount in amounts.items()})


class Calculator(RunsByName, HoldsAdds, nn.Module):
    def __init__(self, amounts: dict[str, float] | None = None) -> None:
        super().__init__()
        self.add_dict = self.hold({op.name: op.value for op in Op} if amounts is None else amounts)
