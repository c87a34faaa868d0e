r"""
row = 46
aim = "returns a nested tensor"
stopped_by = "the encoder, which says so in words"
verdict = ["failed"]
message = 'your code returned a'
"""

import torch

from tools import double


def attack(places):
    return torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
