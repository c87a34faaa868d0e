# mistake: __init__ pops from the one default dict, so the second Calculator() is empty
# words: mutable default, shared, second calculator, empty, popped, default
from torch import Tensor
from torch import nn


class Add(nn.Module):
    """Adds one fixed value to whatever it is called with."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = value

    def forward(self, x: Tensor) -> Tensor:
        """Return x + value."""
        return x + self.value


class Calculator(nn.Module):
    DEFAULT = {"add2": 2, "add3": 3, "add5": 5}

    def __init__(self, amounts=None):
        super().__init__()
        todo = self.DEFAULT if amounts is None else dict(amounts)
        self.add_dict = nn.ModuleDict()
        while todo:
            name = next(iter(todo))
            self.add_dict[name] = Add(todo.pop(name))

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            x = self.add_dict[name](x)
        return x
