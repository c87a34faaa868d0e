r"""
row = 8
aim = "multiplies matrices for longer than the check may take"
stopped_by = "the clock, and a signal that cannot be ignored"
verdict = ["timed_out"]
message = 'still running after the 1 s'
limits = { seconds = 1 }
"""

import torch

from tools import double


def attack(places):
    x = torch.ones(4000, 4000)
    for _ in range(10_000):
        x = x @ x / 4000
    return 0
