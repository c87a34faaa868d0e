# mistake: order.pop(0) empties the list of the caller (and a tuple has no pop)
# words: pop, tuple, caller, the list, changes order, changes `order`
import torch
from torch import nn

class Add(nn.Module):

    def __init__(self, value: float):
        super().__init__()
        self._value = value

    def forward(self, x):
        return x.add(self._value)

    def extra_repr(self):
        return f"value={self._value}"



class Calculator(nn.Module):
    """Runs its Add modules by name."""

    def __init__(self, amounts: "dict[str, float] | None" = None):
        super(Calculator, self).__init__()
        defaults = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = nn.ModuleDict()
        source = defaults if amounts is None else amounts
        for n in source:
            self.add_dict[n] = Add(source[n])

    def forward(self, x, order=("add3", "add2", "add5")):
        while len(order) > 0:
            name = order.pop(0)
            x = self.add_dict[name](x)
        return x
