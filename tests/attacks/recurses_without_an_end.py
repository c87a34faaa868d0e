r"""
row = 11
aim = "recurses in Python with the limit of depth lifted"
stopped_by = "the memory limit and the judge, which asks how the process ended"
verdict = ["crashed", "failed", "out_of_memory", "timed_out"]
message = 'segmentation fault|RecursionError|more memory|more than the \d+ [GM]B|still running'
limits = { seconds = 3 }
"""

import sys

from tools import double


def deeper(n):
    return deeper(n + 1) + 1


def attack(places):
    sys.setrecursionlimit(10**9)
    return deeper(0)
