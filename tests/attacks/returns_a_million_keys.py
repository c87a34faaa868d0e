r"""
row = 44
aim = "returns a dict with a million keys"
stopped_by = "a limit of items"
verdict = ["failed"]
message = 'more than 200,000 items'
"""

from tools import double


def attack(places):
    return dict.fromkeys(range(10**6))
