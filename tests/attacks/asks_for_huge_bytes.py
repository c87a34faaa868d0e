r"""
row = 36
aim = "asks for 6 GB of bytes"
stopped_by = "a limit of memory"
verdict = ["out_of_memory"]
message = 'more memory|more than the \d+ [GM]B'
"""

from tools import double


def attack(places):
    return len(bytearray(6 * 2**30))
