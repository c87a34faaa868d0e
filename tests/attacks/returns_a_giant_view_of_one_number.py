r"""
row = 43
aim = "returns a tensor that claims to hold ten thousand million numbers and is one"
stopped_by = "a limit of what may be handed over"
verdict = ["failed", "out_of_memory"]
message = 'too large to hand over|more memory|more than the \d+ [GM]B'
"""

import torch

from tools import double


def attack(places):
    return torch.ones(1).expand(10**10)
