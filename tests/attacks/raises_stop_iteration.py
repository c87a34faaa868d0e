r"""
row = 3
aim = "raises the exceptions by which Python's own loops and generators end"
stopped_by = "the worker, which takes it for an error like any other"
verdict = ["failed"]
message = 'StopIteration'
"""

from tools import double


def attack(places):
    raise StopIteration(places["number"] * 2)
