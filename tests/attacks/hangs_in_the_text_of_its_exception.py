r"""
row = 5
aim = "raises an exception whose text loops for ever"
stopped_by = "the clock, which also covers what errors say"
verdict = ["timed_out"]
message = 'still running after the 1 s'
limits = { seconds = 1 }
"""

from tools import double


class Slow(Exception):
    def __str__(self):
        while True:
            pass


def attack(places):
    raise Slow
