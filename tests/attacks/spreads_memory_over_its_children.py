r"""
row = 37
aim = "has many processes take a little less than the limit each"
stopped_by = "a watcher of what all its processes use together"
verdict = ["out_of_memory"]
message = 'memory'
"""

import os
import time

from tools import double, fork_and

CHILDREN, EACH_MB = 6, 400


def attack(places):
    for _ in range(CHILDREN):
        fork_and(take)
    time.sleep(4)
    return "taken"


def take():
    kept = b"x" * (EACH_MB * 2**20)
    time.sleep(8)
    return kept
