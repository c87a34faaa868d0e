r"""
row = 8
aim = "is stuck in a computation where Python looks at no signal"
stopped_by = "the clock, and a signal that cannot be ignored"
verdict = ["timed_out", "out_of_memory"]
message = 'still running after the 1 s|more memory|more than the \d+ [GM]B'
limits = { seconds = 1 }
"""

from tools import double


def attack(places):
    return (10 ** 10**8) % places["number"]
