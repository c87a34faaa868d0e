# mistake: the module-level default dict is changed by the first calculator, so the next one starts from something else
# words: shared, global, module-level, second calculator, another calculator, two calculators, mutable, mutate
import torch
import torch.nn as nn

class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, x):
        return x + self.value

DEFAULT_AMOUNTS = {"add2": 2, "add3": 3, "add5": 5}



class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        self.add_dict = nn.ModuleDict()
        known = DEFAULT_AMOUNTS
        if amounts is not None:
            known.clear()
            known.update(amounts)
        for k in known:
            self.add_dict[k] = Add(known[k])

    def forward(self, x, order=("add3", "add2", "add5")):
        for k in order:
            x = self.add_dict[k](x)
        return x
