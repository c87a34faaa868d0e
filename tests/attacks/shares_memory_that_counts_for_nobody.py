r"""
row = 37
aim = "takes memory that is shared between processes, and counts for none of them"
stopped_by = "a limit of address space"
verdict = ["failed", "out_of_memory"]
message = 'Cannot allocate memory|more memory|more than the \d+ [GM]B'
"""

import mmap

from tools import double

MOST_GB = 6


def attack(places):
    kept = []
    for _ in range(MOST_GB * 2):
        kept.append(mmap.mmap(-1, 2**29))
        kept[-1].write(b"x" * 2**29)
    return "taken"
