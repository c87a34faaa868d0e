r"""
row = 1
aim = "calls `sys.exit(0)` in a function"
stopped_by = "the worker, which takes it for an error like any other"
verdict = ["failed"]
message = 'called sys\.exit\(\)'
"""

import sys

from tools import double


def attack(places):
    sys.exit(0)
