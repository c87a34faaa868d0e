r"""
row = 43
aim = "returns the same large tensor in a thousand places of a list"
stopped_by = "a limit of what may be handed over"
verdict = ["failed", "out_of_memory"]
message = 'too large to hand over|more memory|more than the \d+ [GM]B|protocol error'
"""

import torch

from tools import double


def attack(places):
    return [torch.ones(2**20)] * 1000
