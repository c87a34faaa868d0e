import torch
import torch.nn as nn


class Add(nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = value

    def forward(self, x):
        return x + self.value


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        if amounts is None:
            amounts = {"add2": 2, "add3": 3, "add5": 5}
        self.add_dict = {}
        for k in amounts:
            self.add_dict[k] = Add(amounts[k])

    def forward(self, x, order=("add3", "add2", "add5")):
        for k in order:
            x = self.add_dict[k](x)
        return x


if __name__ == "__main__":
    print(Calculator()(torch.tensor([1])))
