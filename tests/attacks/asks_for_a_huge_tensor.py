r"""
row = 36
starred = true
aim = "asks for a tensor of 6 GB"
stopped_by = "a limit of memory"
verdict = ["out_of_memory"]
message = 'more memory|more than the \d+ [GM]B'
"""

import torch

from tools import double


def attack(places):
    return torch.ones(6 * 2**28).sum().item()
