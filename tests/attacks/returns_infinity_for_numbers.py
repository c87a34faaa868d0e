r"""
row = 45
aim = "returns infinity, hoping that tolerances grow with it"
stopped_by = "a comparison that looks for it"
verdict = ["failed"]
message = '(?i)inf'
check = '''
assert_tensor(student.attack(places), torch.full((3,), float(number)))
'''
"""

import torch

from tools import double


def attack(places):
    return torch.full((3,), float("inf"))
