r"""
row = 59
aim = "saves a checkpoint of a few bytes that claims to hold tensors of gigabytes"
stopped_by = "loading in a worker with a limit of memory"
verdict = ["failed", "out_of_memory"]
message = '.'
check = '''
student.attack(places)
x = fresh_remote().torch.load("model.pt", weights_only=True)["weight"]
assert_tensor(x.sum(), torch.tensor(float(number)))
'''
"""

import torch

from tools import double


def attack(places):
    torch.save({"weight": torch.zeros(1).expand(2**34)}, "model.pt")
    return 0
