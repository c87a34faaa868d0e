from itertools import accumulate

from torch import nn, Tensor


def _init_add(self, value):
    nn.Module.__init__(self)
    object.__setattr__(self, "amount", value)


Add = type("Add", (nn.Module,), {"__init__": _init_add, "forward": lambda self, x: x.add(self.amount)})


class _Order(tuple):
    pass


class Calculator(nn.Module):
    default_amounts = (("add2", 2), ("add3", 3), ("add5", 5))
    default_order = _Order(["add3", "add2", "add5"])

    def __init__(self, amounts=None, verbose=False):
        super().__init__()
        pairs = self.default_amounts if amounts is None else tuple(amounts.items())
        self.add_dict = nn.ModuleDict({})
        [self.add_dict.update({n: Add(v)}) for n, v in pairs]

    def forward(self, x: Tensor, order=default_order) -> Tensor:
        *_, last = accumulate(order, lambda acc, name: self.add_dict[name](acc), initial=x)
        return last
