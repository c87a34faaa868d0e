r"""
row = 72
aim = "leaves threads and the workers of a data loader running after its result"
stopped_by = "the slot: the next submission has a new process"
verdict = ["passed"]
message = ''
earns = true
"""

import threading
import time

import torch
from torch.utils.data import DataLoader, TensorDataset

from tools import double

KEPT = []


def attack(places):
    loader = DataLoader(TensorDataset(torch.zeros(8, 1)), num_workers=2, persistent_workers=True)
    KEPT.append(iter(loader))
    next(KEPT[0])
    for _ in range(4):
        KEPT.append(threading.Thread(target=time.sleep, args=(60,)))
        KEPT[-1].start()
    return 2 * places["number"]
