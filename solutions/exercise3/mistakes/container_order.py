from torch import nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, x):
        return x + self.value


class Calculator(nn.Module):
    """Runs the modules whose names are in order."""

    def __init__(self, amounts=None):
        super().__init__()
        if amounts is None:
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = nn.ModuleDict()
        for name in amounts:
            self.add_dict[name] = Add(amounts[name])

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            self.add_dict[name]  # KeyError where it is unknown
        for name, module in self.add_dict.items():
            for _ in range(list(order).count(name)):
                x = module(x)
        return x
