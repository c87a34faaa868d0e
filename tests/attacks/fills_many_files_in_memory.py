r"""
row = 37
aim = "fills many files that lie in memory only, each within the limit of a file"
stopped_by = "the filter of system calls: no limit and no watch sees such files"
verdict = ["out_of_memory", "failed", "refused"]
message = 'not allowed|memory|write more|wrote more'
limits = { memory = "500 MB", seconds = 10 }
"""

import os
import time

from tools import double

FILES, EACH_MB = 7, 200  # 1.4 GB in all


def attack(places):
    block = b"x" * 2**20
    for _ in range(FILES):
        file = os.memfd_create("memory")
        for _ in range(EACH_MB):
            os.write(file, block)
    time.sleep(1)
    return "filled"
