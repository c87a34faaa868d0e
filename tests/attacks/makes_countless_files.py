r"""
row = 39
aim = "makes so many empty files that the disk can hold no more"
stopped_by = "a scratch folder of its own with a limit of files; at other levels a watcher that counts"
verdict = ["failed", "refused", "crashed", "out_of_memory", "timed_out"]
message = 'still running|write more|wrote more|No space left'
"""

import time

from tools import double

MOST = 30_000


def attack(places):
    for number in range(MOST):
        with open(f"file-{number}", "w"):
            pass
    time.sleep(2)
    return number
