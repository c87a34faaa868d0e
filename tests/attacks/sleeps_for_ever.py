r"""
row = 10
aim = "sleeps rather than computes, so that no processor time is used up"
stopped_by = "the clock, which measures time and not work"
verdict = ["timed_out"]
message = 'still running after the 1 s'
limits = { seconds = 1 }
"""

import time

from tools import double


def attack(places):
    time.sleep(10_000)
