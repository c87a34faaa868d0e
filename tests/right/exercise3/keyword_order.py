from torch import nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.register_parameter("nothing", None)
        self.value = value

    def forward(self, input):
        return self.value + input


def default_amounts():
    return {f"add{n}": n for n in (2, 3, 5)}


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        self.amounts = default_amounts() if amounts is None else amounts
        self.add_dict = nn.ModuleDict()
        self.make()

    def make(self):
        for name, amount in self.amounts.items():
            self.add_dict.add_module(name, Add(amount))

    def forward(self, x, order=None):
        if order is None:
            order = ["add3", "add2", "add5"]
        todo = list(order)
        while todo:
            module = self.add_dict[todo.pop(0)]
            x = module(x)
        return x


if __name__ == "__main__":
    import torch

    assert Calculator()(torch.tensor([1])).item() == 11
