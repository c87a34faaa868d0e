r"""
row = 46
aim = "returns a quantized tensor"
stopped_by = "the encoder, which says so in words"
verdict = ["failed"]
message = 'quint8'
"""

import torch

from tools import double


def attack(places):
    return torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.quint8)
