r"""
row = 45
aim = "returns a single number that would be spread over the expected shape"
stopped_by = "a comparison that also compares shapes"
verdict = ["failed"]
message = 'shape'
check = '''
assert_tensor(student.attack(places), torch.full((3,), float(number)))
'''
"""

import torch

from tools import double


def attack(places):
    return torch.tensor(float(places["number"]))
