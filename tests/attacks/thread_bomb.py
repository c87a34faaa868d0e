r"""
row = 13
starred = true
aim = "starts threads until no more can be started"
stopped_by = "the limits of memory and processes, which count threads as well"
verdict = ["failed", "out_of_memory", "refused"]
message = "can't start new thread|more memory|start more processes or threads|too many threads"
"""

import threading
import time

from tools import double

MOST = 3_000  # in case nothing stops it


def attack(places):
    threading.stack_size(32 * 1024)
    for number in range(MOST):
        threading.Thread(target=time.sleep, args=(15,), daemon=True).start()
    return number
