r"""
row = 44
aim = "returns a list that contains itself"
stopped_by = "limits of depth on both sides"
verdict = ["failed"]
message = 'contains itself'
"""

from tools import double


def attack(places):
    loop = []
    loop.append(loop)
    return loop
