r"""
row = 73
aim = "takes all cores with many threads that spin"
stopped_by = "the clock, and the kill that follows"
verdict = ["timed_out", "crashed", "refused"]
message = 'more processes or threads|still running after the 2 s|crashed'
limits = { seconds = 2 }
"""

import threading

import torch

from tools import double


def attack(places):
    torch.set_num_threads(64)
    for _ in range(8):
        threading.Thread(target=spin, daemon=True).start()
    spin()


def spin():
    x = torch.ones(300, 300)
    while True:
        x = x @ x / 300
