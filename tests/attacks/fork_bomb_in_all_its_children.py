r"""
row = 12
starred = true
aim = "has every process start two more that ignore all signals"
stopped_by = "a limit of processes, the clock, and the slot, which kills them all"
verdict = ["timed_out", "out_of_memory", "refused"]
message = 'still running after the 2 s|memory|processes'
limits = { seconds = 2 }
"""

import os
import signal
import time

from tools import double

DEEPEST = 7  # 255 processes in all


def attack(places):
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, signal.SIG_IGN)
    depth = 0
    while depth < DEEPEST:
        depth += 1
        try:
            children = [os.fork() for _ in range(2)]
        except OSError:
            break
        if all(children):
            break
    time.sleep(15)
    os._exit(0) if depth > 1 else None
