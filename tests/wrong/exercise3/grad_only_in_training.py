# mistake: gradients are switched off when the calculator is in eval mode
# words: eval, gradient, set_grad_enabled, no_grad, requires_grad
import torch
from torch import nn


class Add(nn.Module):
    def __init__(self, value):
        nn.Module.__init__(self)
        self.v = value
    def forward(self, x): return x.add(self.v)


class Calculator(nn.Module):
    def __init__(self, amounts=None):
        super().__init__()
        if amounts is None:
            # the three from the task
            amounts = dict(add2=2, add3=3, add5=5)
        modules = {}
        for name in amounts:
            modules[name] = Add(amounts[name])
        self.add_dict = nn.ModuleDict(modules)

    def forward(self, x, order=("add3", "add2", "add5")):
        # no gradients needed in evaluation
        with torch.set_grad_enabled(self.training and torch.is_grad_enabled()):
            for name in order:
                x = self.add_dict[name](x)
        return x
