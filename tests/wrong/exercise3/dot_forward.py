# mistake: the modules are run with .forward(x), which passes the hooks by
# words: .forward, hook, __call__, call the module, not called
import torch.nn as nn
import torch

class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.v = value    # number to add
    def forward(self, x):
        result = x + self.v
        return result



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
        for name in order:
            x = self.add_dict[name].forward(x)
        return x
