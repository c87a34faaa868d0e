r"""
row = 75
aim = "starts processes that end and are never waited for"
stopped_by = "a limit of processes, and the slot, which reaps them"
verdict = ["refused", "failed", "crashed"]
limits = { seconds = 20 }
message = 'start(ed)? more (than the|processes)'
"""

import os

from tools import double

MOST = 300  # in case nothing stops it


def attack(places):
    for _ in range(MOST):
        if os.fork() == 0:
            os._exit(0)
    return MOST
