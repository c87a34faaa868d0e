from torch import nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, x):
        x += self.value
        return x


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        if amounts is None:
            amounts = dict(add2=2, add3=3, add5=5)
        self.add_dict = nn.ModuleDict()
        for name, value in amounts.items():
            self.add_dict[name] = Add(value)

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in order:
            x = self.add_dict[name](x)
        return x
