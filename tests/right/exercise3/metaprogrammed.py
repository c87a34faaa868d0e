import operator

from torch import nn


def binary(op, doc):
    def __init__(self, value):
        nn.Module.__init__(self)
        self.other = value

    def forward(self, x):
        return op(x, self.other)

    return type("Add", (nn.Module,), {"__init__": __init__, "forward": forward, "__doc__": doc, "__module__": __name__})


Add = binary(operator.add, "adds")


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        setattr(self, "add_dict", nn.ModuleDict())
        [self.add_dict.__setitem__(*kv) for kv in ((k, Add(v)) for k, v in (dict(add2=2, add3=3, add5=5) if amounts is None else amounts).items())]

    def forward(self, x, order=("add3", "add2", "add5")):
        for k in order:
            x = self.add_dict[k](x)
        return x
