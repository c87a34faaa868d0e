# mistake: the result is cached by order and shape, so a second call with other values returns the old result
# words: cache, earlier call, second call, previous call, stale, remembers, between calls, two calls
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
        if not hasattr(self, "_cache"):
            self._cache = {}
        key = (tuple(order), tuple(x.shape))
        if key not in self._cache:
            for name in order:
                x = self.add_dict[name](x)
            self._cache[key] = x
        return self._cache[key]
