r"""
row = 39
aim = "fills the disk with files of a size that is allowed"
stopped_by = "a scratch folder of its own with a limit; at other levels a watcher that counts"
verdict = ["failed", "refused", "crashed", "out_of_memory"]
message = 'write more|wrote more|No space left|memory|SIGXFSZ|too much'
"""

import time

from tools import double

MOST_MB = 600


def attack(places):
    for number in range(MOST_MB // 50):
        with open(f"big-{number}", "wb") as file:
            for _ in range(50):
                file.write(b"x" * 2**20)
    time.sleep(2)
    return "filled"
