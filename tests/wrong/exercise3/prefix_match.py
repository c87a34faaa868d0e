# mistake: a name runs every module whose name starts with it, where only the module with exactly that name may run
# words: prefix, startswith, exact, substring, starts with
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
    def __init__(self, amounts=None):
        super(Calculator, self).__init__()
        default = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = nn.ModuleDict()
        for key, number in (default if amounts is None else amounts).items():
            self.add_dict[key] = Add(number)

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            found = [module for key, module in self.add_dict.items() if key.startswith(name)]
            if not found:
                raise KeyError(name)
            for module in found:
                x = module(x)
        return x
