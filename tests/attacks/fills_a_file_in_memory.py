r"""
row = 37
aim = "fills files that lie in memory only"
stopped_by = "a limit of file size and the watcher of memory"
verdict = ["failed", "out_of_memory", "refused", "crashed"]
message = 'File too large|memory|SIGXFSZ'
"""

import os
import time

from tools import double

MOST_MB = 1_500


def attack(places):
    for _ in range(MOST_MB // 200):
        file = os.memfd_create("memory")
        for _ in range(200):
            os.write(file, b"x" * 2**20)
    time.sleep(3)
    return "filled"
