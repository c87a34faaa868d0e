r"""
row = 40
aim = "opens files until no more can be opened"
stopped_by = "a limit of open files"
verdict = ["failed", "refused"]
message = 'Too many open files|keep more files open'
"""

import os

from tools import double

MOST = 100_000


def attack(places):
    for _ in range(MOST):
        os.open("/dev/null", os.O_RDONLY)
    return "opened"
