r"""
row = 74
aim = "changes dtypes, seeds, modes and hooks that the next check would inherit"
stopped_by = "a worker that is set back before each check"
verdict = ["failed"]
message = 'not twice the number'
"""

import random

import torch

from tools import double


def attack(places):
    torch.set_default_dtype(torch.float16)
    torch.set_grad_enabled(False)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    random.seed(0)
    torch.nn.modules.module.register_module_forward_hook(lambda *args: 1 / 0)
    return 0
