r"""
row = 44
aim = "returns lists in lists, a hundred thousand deep"
stopped_by = "limits of depth on both sides"
verdict = ["failed"]
message = 'nested too deeply'
"""

from tools import double


def attack(places):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    return deep
