r"""
row = 6
aim = "raises an exception with a text of 100 MB"
stopped_by = "the worker and the judge, which both cut texts"
verdict = ["failed"]
message = 'RuntimeError: xxx'
"""

from tools import double


def attack(places):
    raise RuntimeError("x" * 100_000_000)
