r"""
row = 45
aim = "returns the right numbers as whole numbers"
stopped_by = "a comparison that also compares dtypes"
verdict = ["failed"]
message = 'int64'
check = '''
assert_tensor(student.attack(places), torch.full((3,), float(number)))
'''
"""

import torch

from tools import double


def attack(places):
    return torch.full((3,), places["number"])
