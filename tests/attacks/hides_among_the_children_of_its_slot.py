r"""
row = 75
aim = "gives itself another name and becomes a child of the process that started it"
stopped_by = "the slot, which kills every child that it did not start itself"
verdict = ["failed"]
message = 'not twice the number'
"""

import ctypes
import os
import time

from tools import double, fork_and

SET_NAME = 15


def attack(places):
    os.waitpid(fork_and(lambda: fork_and(hide)), 0)
    return 0


def hide():
    os.setsid()
    ctypes.CDLL(None).prctl(SET_NAME, b"kworker/0:1", 0, 0, 0)
    os.closerange(0, 256)
    time.sleep(15)
