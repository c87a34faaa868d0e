r"""
row = 73
aim = "keeps all cores busy with children, so that it seems to be starved and is given more time"
stopped_by = "the clock, which gives back a bounded part of the time"
verdict = ["timed_out"]
message = 'still running after the 1 s'
limits = { seconds = 1 }
"""

import os
import time

from tools import double, fork_and

CHILDREN = 6


def attack(places):
    for _ in range(CHILDREN):
        fork_and(spin)
    while True:
        pass


def spin():
    until = time.monotonic() + 20
    while time.monotonic() < until:
        pass
