r"""
row = 8
aim = "runs a regular expression that takes for ever"
stopped_by = "the clock, and a signal that cannot be ignored"
verdict = ["timed_out"]
message = 'still running after the 1 s'
limits = { seconds = 1 }
"""

import re

from tools import double


def attack(places):
    return bool(re.match(r"(a+)+$", "a" * 60 + "b"))
