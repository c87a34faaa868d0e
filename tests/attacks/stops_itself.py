r"""
row = 9
aim = "stops its own process"
stopped_by = "the clock, and a signal that also ends stopped processes"
verdict = ["timed_out"]
message = 'still running after the 1 s'
limits = { seconds = 1 }
"""

import os
import signal

from tools import double


def attack(places):
    os.kill(os.getpid(), signal.SIGSTOP)
    return 0
