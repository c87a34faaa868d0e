r"""
row = 53
aim = "has parameters for show and computes something else"
stopped_by = "a suite that changes the parameters and looks whether the output follows"
verdict = ["failed"]
message = '.'
check = '''
layer = student.Lying()
x = torch.randn(4, 3)
before = layer(x)
assert layer.weight.requires_grad and layer.weight.shape == (3,)
with torch.no_grad():
    layer.weight.copy_(torch.randn(3))
assert_tensor(layer(x), x * layer.weight.detach())
'''
"""

import torch

from tools import double


class Lying(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(3))
        self.hidden = torch.ones(3)

    def forward(self, x):
        return x * self.hidden


def attack(places):
    return 0
