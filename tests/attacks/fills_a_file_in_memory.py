r"""
row = 37
aim = "fills a file that lies in memory only"
stopped_by = "the filter of system calls; with a GPU, a limit of file size"
verdict = ["failed", "out_of_memory", "refused", "crashed"]
message = 'not allowed|write more|File too large|memory|SIGXFSZ'
"""

import os

from tools import double

MOST_MB = 600


def attack(places):
    file = os.memfd_create("memory")
    for _ in range(MOST_MB):
        os.write(file, b"x" * 2**20)
    return "filled"
