r"""
row = 45
aim = "returns tensors without numbers in them, hoping that comparisons with NaN go well"
stopped_by = "a comparison that looks for them"
verdict = ["failed"]
message = 'NaN'
check = '''
assert_tensor(student.attack(places), torch.full((3,), float(number)))
'''
"""

import torch

from tools import double


def attack(places):
    return torch.full((3,), float("nan"))
