r"""
row = 2
aim = "ends its process with exit code 0 in a function"
stopped_by = "the judge: a process that ends is no success, whatever its exit code"
verdict = ["crashed"]
message = 'ended the process with exit code 0'
"""

import os

from tools import double


def attack(places):
    os._exit(0)
