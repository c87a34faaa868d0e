r"""
row = 57
aim = "ends its process while a child keeps the connection open, so that the end is not seen"
stopped_by = "the slot, which kills what a dead worker has left"
verdict = ["crashed"]
message = 'ended the process with exit code 0'
"""

import os
import time

from tools import double, fork_and


def attack(places):
    fork_and(lambda: (os.setsid(), time.sleep(30)))
    os._exit(0)
