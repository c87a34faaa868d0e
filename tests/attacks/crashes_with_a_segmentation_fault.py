r"""
row = 11
aim = "reads memory that is not there"
stopped_by = "the judge, which asks how the process ended and says it in words"
verdict = ["crashed"]
message = 'segmentation fault'
"""

import ctypes

from tools import double


def attack(places):
    ctypes.string_at(0)
