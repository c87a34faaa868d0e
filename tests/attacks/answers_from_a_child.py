r"""
row = 57
aim = "has a child answer in its place, with what the child computed"
stopped_by = "the judge: two answers to one request are one too many"
verdict = ["failed", "crashed"]
message = 'not twice the number|protocol error|closed its connection'
ordinary = false
"""

import os

from tools import double


def attack(places):
    os.fork()
    return 0
