# mistake: Add defines __call__ itself instead of forward, so hooks never run and there is no forward
# words: hook, __call__, no forward, forward is missing, instead of forward, not define forward
import torch
from torch import nn

class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value

    def __call__(self, x):
        return x + self.value



class Calculator(nn.Module):
    DEFAULT = {"add2": 2, "add3": 3, "add5": 5}

    def __init__(self, amounts: "dict[str, float] | None" = None) -> None:
        super().__init__()
        self.add_dict = nn.ModuleDict()
        for key, number in (self.DEFAULT if amounts is None else amounts).items():
            self.add_dict[key] = Add(number)

    def forward(self, x, order=("add3", "add2", "add5")):
        result = x
        for key in order:
            layer = self.add_dict[key]
            result = layer(result)
        return result
