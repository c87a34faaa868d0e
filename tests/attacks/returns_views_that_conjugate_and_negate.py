r"""
row = 46
aim = "returns views whose values are not what lies in memory"
stopped_by = "the encoder, which resolves them first"
verdict = ["passed"]
message = ''
earns = true
check = '''
a, b, c = student.attack(places)
assert_tensor(a, torch.tensor([1 - 2j]))
assert_tensor(b, torch.tensor([2.0]))
assert_tensor(c, torch.tensor([[0.0, 2.0], [1.0, 3.0]]))
'''
"""

import torch

from tools import double


def attack(places):
    x = torch.tensor([1 + 2j])
    return x.conj(), x.conj().imag.neg(), torch.arange(4.0).reshape(2, 2).t()
