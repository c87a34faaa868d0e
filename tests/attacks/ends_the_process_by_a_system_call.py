r"""
row = 2
aim = "ends its process with exit code 0 without telling Python"
stopped_by = "the judge: a process that ends is no success, whatever its exit code"
verdict = ["crashed"]
message = 'ended the process with exit code 0'
"""

import ctypes

from tools import double


def attack(places):
    ctypes.CDLL(None)._exit(0)
