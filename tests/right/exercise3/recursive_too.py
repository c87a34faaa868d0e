from torch import nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, x):
        y = x.clone()
        y += self.value if not (isinstance(self.value, float) and not y.is_floating_point()) else 0
        return y if y.is_floating_point() or not isinstance(self.value, float) else x + self.value


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        nn.Module.__init__(self)
        self.add_dict = nn.ModuleDict()
        if amounts is None:
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        for key in amounts:
            self.add_dict.add_module(key, Add(amounts[key]))

    def _run(self, x, names):
        if not names:
            return x
        head, *tail = names
        return self._run(self.add_dict[head](x), tail)

    def forward(self, x, order=("add3", "add2", "add5")):
        return self._run(x, list(order))
