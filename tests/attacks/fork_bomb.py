r"""
row = 12
starred = true
aim = "starts processes, each leaving its parent, until no more can be started"
stopped_by = "a limit of processes, and the slot, which kills them all"
verdict = ["refused", "failed", "crashed"]
limits = { seconds = 20 }
message = 'start(ed)? more (than the|processes)'
"""

import os
import time

from tools import double

MOST = 300  # in case nothing stops it


def attack(places):
    for number in range(MOST):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(15)
            os._exit(0)
    return [number]
