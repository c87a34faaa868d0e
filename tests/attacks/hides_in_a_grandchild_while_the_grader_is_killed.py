r"""
row = 15
aim = "leaves a process behind and waits for the instructor to kill the grader"
stopped_by = "the slot, which kills everything when the judge's end of its line closes"
verdict = ["timed_out"]
message = 'still running after the 6 s'
"""

import os
import time

from tools import double, fork_and


def attack(places):
    fork_and(lambda: (os.setsid(), fork_and(lambda: time.sleep(60)), time.sleep(60)))
    time.sleep(60)
