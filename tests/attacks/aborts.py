r"""
row = 11
aim = "aborts its process"
stopped_by = "the judge, which asks how the process ended and says it in words"
verdict = ["crashed"]
message = 'SIGABRT'
"""

import os

from tools import double


def attack(places):
    os.abort()
