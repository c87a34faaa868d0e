from torch import nn


class UnknownOperation(KeyError):
    """Raised for a name that the calculator does not have."""


class Operations(nn.ModuleDict):
    def __getitem__(self, key):
        try:
            return super().__getitem__(key)
        except KeyError as error:
            raise UnknownOperation(key) from error


class Add(nn.Module):
    def __init__(self, value=0):
        super().__init__()
        self.value = value

    def forward(self, x):
        return x.add(self.value)


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        amounts = {"add2": 2, "add3": 3, "add5": 5} if amounts is None else dict(amounts)
        self.add_dict = Operations({name: Add(value) for name, value in amounts.items()})

    def forward(self, x, order=("add3", "add2", "add5")):
        for name in iter(order):
            x = self.add_dict[name](x)
        return x
