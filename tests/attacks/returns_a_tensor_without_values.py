r"""
row = 46
aim = "returns a tensor on the meta device, which has a shape and no values"
stopped_by = "the encoder, which says so in words"
verdict = ["failed"]
message = 'meta device'
"""

import torch

from tools import double


def attack(places):
    return torch.empty(10**12, device="meta")
