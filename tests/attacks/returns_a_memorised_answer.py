r"""
row = 52
aim = "returns the answer of an earlier run"
stopped_by = "a suite that asks with other numbers for every course and seed"
verdict = ["failed"]
message = 'not twice the number: 1330542'
"""

from tools import double


def attack(places):
    return 1330542
