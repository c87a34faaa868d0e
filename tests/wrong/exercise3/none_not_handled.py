# mistake: the default is written into the signature, so Calculator(None) fails
# words: none, is none, default argument, nonetype
import torch
from torch import nn


class Add(nn.Module):
    """Adds one fixed value to whatever it is called with."""

    def __init__(self, value: float) -> None:
        """Remember the value."""
        super().__init__()
        self._value = value

    def forward(self, x: "torch.Tensor") -> "torch.Tensor":
        """Return `x + value`, leaving `x` itself as it was."""
        result = x + self._value  # a new tensor
        return result

    def extra_repr(self) -> str:
        return f"value={self._value}"


class Calculator(nn.Module):
    def __init__(self, amounts={"add2": 2, "add3": 3, "add5": 5}):
        super().__init__()
        self.add_dict = nn.ModuleDict({name: Add(value) for name, value in amounts.items()})

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            x = self.add_dict[name](x)
        return x
