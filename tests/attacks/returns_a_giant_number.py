r"""
row = 44
aim = "returns a number of a million digits"
stopped_by = "a limit of digits"
verdict = ["failed"]
message = 'an int of'
"""

from tools import double


def attack(places):
    return 1 << 3_000_000
