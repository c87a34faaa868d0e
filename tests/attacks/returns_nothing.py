r"""
row = 70
aim = "returns nothing"
stopped_by = "a suite that says so"
verdict = ["failed"]
message = 'not twice the number: None'
"""

from tools import double


def attack(places):
    2 * places["number"]
