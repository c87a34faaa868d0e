r"""
row = 46
aim = "returns a sparse tensor"
stopped_by = "the encoder, which says so in words"
verdict = ["failed"]
message = 'returned a sparse_coo tensor'
"""

import torch

from tools import double


def attack(places):
    return torch.eye(3).to_sparse()
