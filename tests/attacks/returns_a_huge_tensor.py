r"""
row = 43
aim = "returns a tensor of 400 MB"
stopped_by = "a limit of what may be handed over"
verdict = ["failed", "out_of_memory"]
message = 'too large to hand over|more memory|more than the \d+ [GM]B'
limits = { memory = "2 GB" }
"""

import torch

from tools import double


def attack(places):
    return torch.ones(100 * 2**20)
