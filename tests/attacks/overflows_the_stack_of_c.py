r"""
row = 11
aim = "recurses inside a library until the stack of C is full"
stopped_by = "the judge, which asks how the process ended and says it in words"
verdict = ["crashed", "failed", "out_of_memory"]
message = 'segmentation fault|RecursionError|more memory|more than the \d+ [GM]B'
"""

import itertools

from tools import double


def attack(places):
    chain = iter([1])
    for _ in range(2_000_000):
        chain = itertools.chain(chain)
    return next(chain)
