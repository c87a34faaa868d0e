from typing import Dict, Optional, Sequence

from torch import Tensor
from torch.nn import Module, ModuleDict
from torch.nn import Sequential as Chain


class Add(Module):
    def __init__(self, value: float):
        super().__init__()
        self._value = value

    def forward(self, x: Tensor) -> Tensor:
        return x + self._value

    def extra_repr(self) -> str:
        return f"value={self._value}"


class Calculator(Module):
    def __init__(self, amounts: Optional[Dict[str, float]] = None):
        super().__init__()
        if amounts is None:
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = ModuleDict({k: Add(v) for k, v in amounts.items()})

    def forward(self, x: Tensor, order: Sequence[str] = ("add3", "add2", "add5")) -> Tensor:
        return Chain(*[self.add_dict[k] for k in order])(x)
