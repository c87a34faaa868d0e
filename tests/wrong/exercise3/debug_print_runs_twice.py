# mistake: each module is called twice per mention, once for the debug print, so hooks run twice
# words: twice, hook, once per mention, two times, more often
import torch
from torch import nn

VERBOSE = False


def log(*args):
    if VERBOSE:
        print(*args)


class Add(nn.Module):
    """A small module: y = x + c."""

    def __init__(self, value: float):
        super().__init__()
        self.c = value

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.add(self.c)

    def extra_repr(self) -> str:
        return f"c={self.c}"


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super(Calculator, self).__init__()
        if amounts is None:
            amounts = {
                "add2": 2,
                "add3": 3,
                "add5": 5,
            }
        self.add_dict = nn.ModuleDict()
        for key in amounts:
            self.add_dict[key] = Add(amounts[key])

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            log(name, x, "->", self.add_dict[name](x))
            x = self.add_dict[name](x)
        return x
